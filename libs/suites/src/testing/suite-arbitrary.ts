import fc from 'fast-check';
import type { Pgbouncer } from '../model/components.ts';
import { topologyOf } from '../model/database.ts';
import type { Suite, Test } from '../model/suite.ts';
import { externalDatabaseArbitrary } from './external-database-arbitrary.ts';
import { withFaults } from './fault-arbitrary.ts';
import { installationArbitrary } from './installation-arbitrary.ts';
import { lines, longTime, text } from './scalar-arbitraries.ts';
import { topologyArbitrary } from './topology-arbitrary.ts';
import { LONGEST_MS, workloadArbitrary } from './workload-arbitrary.ts';

const labels = fc
  .dictionary(fc.constantFrom('engine', 'size', 'git.sha', 'a-b_c'), fc.oneof(text(20), fc.constant('')))
  .map((entries) => ({ ...entries }));

/** Through every pool the workload can run, on every target. */
function throughPools(of: Test): Test {
  const topology = topologyOf(of.database);
  const { workload } = of;
  if (topology === undefined || workload.tool === 'stroppy' || workload.tool === 'command') return of;
  const clients = workload.tool === 'pgbench' ? workload.clients : workload.threads;
  const prepares = workload.tool === 'go-tpc' || (workload.tool === 'pgbench' && workload.protocol === 'prepared');
  const fitting = ({ poolMode, maxClientConnections, ...rest }: Pgbouncer): Pgbouncer => ({
    ...rest,
    poolMode: poolMode === 'statement' || prepares ? 'session' : poolMode,
    maxClientConnections: Math.max(maxClientConnections, clients),
  });
  const nodes = topology.nodes.map(({ pgbouncer, ...node }) =>
    pgbouncer === undefined ? node : { ...node, pgbouncer: fitting(pgbouncer) },
  );
  return { ...of, database: { topology: { ...topology, nodes } } };
}

const anyTest: fc.Arbitrary<Test> = fc.record({
  name: text(60),
  description: fc.oneof(fc.constant(''), text(100), lines),
  labels,
  database: fc.oneof(
    { weight: 5, arbitrary: topologyArbitrary.map((topology) => ({ topology })) },
    { weight: 1, arbitrary: externalDatabaseArbitrary.map((connection) => ({ connection })) },
  ),
  workload: workloadArbitrary,
  repeat: fc.record({ times: fc.integer({ min: 1, max: 20 }), reset: fc.constantFrom('none', 'data', 'server') }),
});
const test = anyTest.map(throughPools).chain(withFaults);

const DAY_MS = 86_400_000;

/** Any suite: every tool, every topology of one to seven nodes that keeps the rules, external databases. */
export const suiteArbitrary: fc.Arbitrary<Suite> = fc.record(
  {
    name: text(100),
    parallelism: fc.integer({ min: 1, max: 100 }),
    settings: fc.record(
      {
        target: fc.constantFrom('local', 'docker', 'yandex'),
        sharing: fc.constantFrom('exclusive', 'allowed'),
        hardwarePolicy: fc.constantFrom('reject', 'clamp'),
        keep: fc.record({
          when: fc.constantFrom('never', 'on-failure', 'always'),
          forMs: fc.integer({ min: 1, max: 1000 * DAY_MS }),
        }),
        onInterrupt: fc.constantFrom('fail', 'repeat'),
        timeouts: fc.record({
          queueMs: longTime,
          networkMs: longTime,
          provisionMs: longTime,
          databaseMs: longTime,
          // Without a reset a run has all of its measurements.
          workloadMs: fc.integer({ min: 20 * LONGEST_MS, max: 1e9 }),
          artifactsMs: longTime,
        }),
        images: fc.record({ pull: fc.constantFrom('if-not-present', 'always', 'never') }),
        artifacts: fc.record({ retentionMs: longTime }),
        // Longer than any keep time and measurement.
        maxLifetimeMs: fc.integer({ min: 1001 * DAY_MS, max: 3650 * DAY_MS }),
        maxCost: fc.double({ min: 0.01, max: 1e9, noNaN: true }),
      },
      {
        requiredKeys: ['target', 'sharing', 'hardwarePolicy', 'keep', 'onInterrupt', 'timeouts', 'images', 'artifacts'],
      },
    ),
    tests: fc.array(test, { minLength: 1, maxLength: 4 }),
    installation: installationArbitrary,
  },
  { requiredKeys: ['name', 'parallelism', 'settings', 'tests'] },
);
