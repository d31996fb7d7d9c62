import fc from 'fast-check';
import type { Topology, TopologyNode } from '../model/database.ts';
import type { Patroni, PostgresRole, PostgresServer } from '../model/postgres.ts';
import { topologyProblems } from '../planning/topology-problems.ts';
import { backup, etcd, monitoring, pgbouncer } from './component-arbitraries.ts';
import { hardware, longTime, text } from './scalar-arbitraries.ts';

const settings = fc
  .dictionary(
    fc.constantFrom(
      'shared_buffers',
      'work_mem',
      'max_connections',
      'fsync',
      'pg_stat_statements.max',
      'log_line_prefix',
    ),
    fc.oneof(fc.constantFrom('256MB', 'on', '100', '1.50', '', 'null', '0x10', '%m [%p] '), text(20)),
  )
  .map((entries) => ({ ...entries }));

const server: fc.Arbitrary<PostgresServer> = fc.oneof(
  fc.record({
    version: fc.constantFrom('installed', '15', '16', '17', '18'),
    storageEngine: fc.constant('heap'),
    settings,
  }),
  fc.record({ version: fc.constantFrom('16', '17'), storageEngine: fc.constant('orioledb'), settings }),
);

const patroni = (replicas: number): fc.Arbitrary<Patroni> =>
  fc
    .record({
      spareMs: longTime,
      loopWaitMs: fc.integer({ min: 1000, max: 86_400_000 }),
      retryTimeoutMs: fc.integer({ min: 3000, max: 86_400_000 }),
      maximumLagOnFailoverBytes: fc.nat(2 ** 40),
      synchronousMode: fc.boolean(),
      synchronousNodeCount: fc.integer({ min: 1, max: 10 }),
    })
    .map(({ spareMs, ...of }) => {
      const least = Math.max(20_000, of.loopWaitMs + 2 * of.retryTimeoutMs);
      return { ...of, ttlMs: Math.max(least, spareMs) };
    })
    .map((of) =>
      of.synchronousMode ? { ...of, synchronousNodeCount: Math.min(of.synchronousNodeCount, replicas) } : of,
    );

/** How many nodes have what: everything that the rules are about. */
interface Outline {
  readonly names: readonly string[];
  readonly servers: number;
  readonly members: number;
  readonly patroni: boolean;
}

const nodeName = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter((name) => name !== 'load');

const outline: fc.Arbitrary<Outline> = fc.uniqueArray(nodeName, { minLength: 1, maxLength: 7 }).chain((names) =>
  fc
    .record({
      names: fc.constant(names),
      servers: fc.integer({ min: 1, max: names.length }),
      members: fc.constantFrom(...[0, 1, 3, 5].filter((size) => size <= names.length)),
      patroni: fc.boolean(),
    })
    .map((of) => ({ ...of, patroni: of.patroni && of.members > 0 && of.servers > 1 })),
);

/** Every server of a topology is alike but for its settings; a topology may be overridden as a whole. */
const role = (of: 'primary' | 'replica', overridden: PostgresServer | undefined): fc.Arbitrary<PostgresRole> =>
  overridden === undefined
    ? fc.record({ role: fc.constant(of), settings })
    : fc.record({
        role: fc.constant(of),
        settings,
        override: settings.map((own) => ({ ...overridden, settings: own })),
      });

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

function node(
  name: string,
  postgres: fc.Arbitrary<PostgresRole> | undefined,
  member: boolean,
): fc.Arbitrary<TopologyNode> {
  const bare = postgres === undefined && !member;
  return fc
    .record({
      hardware,
      postgres: postgres ?? fc.constant(undefined),
      etcd: member ? etcd : fc.constant(undefined),
      pgbouncer: bare ? pgbouncer : maybe(pgbouncer),
      backup: maybe(backup),
      monitoring: maybe(monitoring),
    })
    .map((components) => {
      const present = Object.entries(components).filter(([, component]) => component !== undefined);
      return { name, ...(Object.fromEntries(present) as Omit<TopologyNode, 'name'>) };
    });
}

/** Which of `size` nodes: `take` of them, in any order. */
const some = (size: number, take: number) =>
  fc.shuffledSubarray([...Array(size).keys()], { minLength: take, maxLength: take });

/** Servers that cannot replicate with the settings they got have PostgreSQL's own. */
function plannable(topology: Topology): Topology {
  if (topologyProblems(topology, 'docker').length === 0) return topology;
  const without = ({ max_connections: _, ...rest }: Readonly<Record<string, string>>) => rest;
  const { postgres, nodes } = topology;
  return {
    postgres: { ...postgres, settings: without(postgres.settings) },
    nodes: nodes.map((node) => {
      if (node.postgres === undefined) return node;
      const { override, settings, role: of } = node.postgres;
      const own = override && { ...override, settings: without(override.settings) };
      return {
        ...node,
        postgres: { role: of, settings: without(settings), ...(own === undefined ? {} : { override: own }) },
      };
    }),
  };
}

/** Any topology of one to seven nodes that keeps all rules and can be planned. */
export const topologyArbitrary: fc.Arbitrary<Topology> = outline.chain((of) =>
  fc
    .record({
      servers: some(of.names.length, of.servers),
      members: some(of.names.length, of.members),
      overridden: maybe(server),
      postgres: server,
      patroni: patroni(of.servers - 1),
    })
    .chain(({ servers, members, overridden, postgres, patroni: dynamic }) => {
      const [primary] = servers;
      return fc
        .tuple(
          ...of.names.map((name, index) => {
            const own = servers.includes(index)
              ? role(index === primary ? 'primary' : 'replica', overridden)
              : undefined;
            return node(name, own, members.includes(index));
          }),
        )
        .map((nodes) => plannable({ postgres: of.patroni ? { ...postgres, patroni: dynamic } : postgres, nodes }));
    }),
);
