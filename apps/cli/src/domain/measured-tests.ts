import type { AnyRecorded } from '@benchbus/events';
import { isCounted, samplesOf, type MeasuredTest } from '@benchbus/results';
import type { Test } from '@benchbus/suites';
import type { RunResult, SuiteResults } from './suite-results.ts';

/** What a run's events say of where it was measured: host, proven state of the nodes, tool, whether it was alone. */
function environmentOf({ events, summary, sharing, clampedTo }: RunResult): Record<string, unknown> {
  const nodes: Record<string, unknown> = {};
  let host: string | undefined;
  for (const event of events) {
    if (event.name === 'NetworkReserved') host = event.data.hostId;
    if (event.name !== 'DatabaseReady') continue;
    // Addresses are another run's other ones, and explain nothing; nor does which repeat made the copy the others start from.
    const { address: _, 'data.from': __, 'data.copy': ___, ...proven } = event.data.proven;
    nodes[event.subject.split('.').at(-1) ?? ''] = { version: event.data.serverVersion, ...proven };
  }
  return { host, sharing, clampedTo, tool: summary && `${summary.tool} ${summary.toolVersion}`, nodes };
}

const testOf = (events: readonly AnyRecorded[]): Test | undefined =>
  events.find((event) => event.name === 'RunQueued')?.data.test;

/**
 * The tests of a suite by name, each with what its completed runs measured: every measurement of every run.
 * @param invalidToo also runs that were no measurement of the database
 */
export function measuredTests({ runs }: SuiteResults, invalidToo = false): Map<string, MeasuredTest> {
  const measured = new Map<string, MeasuredTest>();
  for (const run of runs) {
    const test = testOf(run.events);
    if (run.outcome !== 'completed' || run.summary === undefined || test === undefined) continue;
    const before = measured.get(run.test);
    const samples = samplesOf(run);
    const counted = invalidToo ? samples : samples.filter(isCounted);
    measured.set(run.test, {
      test,
      environment: before?.environment ?? environmentOf(run),
      summaries: [...(before?.summaries ?? []), ...counted],
      invalid: (before?.invalid ?? 0) + samples.length - counted.length,
    });
  }
  return measured;
}
