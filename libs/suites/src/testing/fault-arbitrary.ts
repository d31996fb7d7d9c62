import fc from 'fast-check';
import { topologyOf } from '../model/database.ts';
import type { Fault } from '../model/fault.ts';
import { LEADER } from '../model/fault.ts';
import type { Test } from '../model/suite.ts';
import type { Workload } from '../model/workload.ts';
import { longTime } from './scalar-arbitraries.ts';

const tolerant = (workload: Workload): boolean => workload.tool !== 'stroppy';

/** Whom a test's faults may kill. */
function victims(test: Test): Pick<Fault, 'kill' | 'process'>[] {
  const topology = topologyOf(test.database);
  if (topology === undefined) return [];
  const nodes = topology.nodes.filter(({ name }) => name !== LEADER);
  const leader = topology.postgres.patroni !== undefined && nodes.length === topology.nodes.length ? [LEADER] : [];
  const servers = nodes.filter(({ postgres }) => postgres !== undefined).map(({ name }) => name);
  return [
    ...[...leader, ...servers].flatMap((kill) => [
      { kill, process: 'database' as const },
      { kill, process: 'postgres' as const },
    ]),
    ...[...leader, ...nodes.map(({ name }) => name)].map((kill) => ({ kill, process: 'node' as const })),
  ];
}

/** The same test, where it allows any with up to four faults. */
export function withFaults(test: Test): fc.Arbitrary<Test> {
  const known = victims(test);
  const first = known[0];
  if (first === undefined || !tolerant(test.workload)) return fc.constant(test);
  const one = fc.record({
    atMs: fc.nat(test.workload.durationMs - 1),
    whose: fc.constantFrom(first, ...known.slice(1)),
    restartAfterMs: longTime,
  });
  return fc.uniqueArray(one, { maxLength: 4, selector: ({ atMs }) => atMs }).map((all) => {
    if (all.length === 0) return test;
    const inOrder = all.sort((a, b) => a.atMs - b.atMs);
    return { ...test, faults: inOrder.map(({ whose, ...rest }) => ({ ...rest, ...whose })) };
  });
}
