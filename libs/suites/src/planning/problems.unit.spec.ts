import { describe, expect, it } from 'vitest';
import type { Topology, TopologyNode } from '../model/database.ts';
import type { Patroni } from '../model/postgres.ts';
import type { Problem } from '../model/problem.ts';
import { exampleTest } from '../testing/example-suite.ts';
import { planDeployment } from './plan-deployment.ts';

const hardware = { cores: 1, memoryBytes: 1e9, diskBytes: 5e9 };
const etcd = { clientPort: 2379, monitor: false };
const patroni: Patroni = {
  ttlMs: 20_000,
  loopWaitMs: 2_000,
  retryTimeoutMs: 5_000,
  maximumLagOnFailoverBytes: 1,
  synchronousMode: false,
  synchronousNodeCount: 1,
};
const primary = (settings = {}, more: Partial<TopologyNode> = {}): TopologyNode => ({
  name: 'pg-a',
  hardware,
  postgres: { role: 'primary', settings },
  ...more,
});
const replica = (settings = {}, more: Partial<NonNullable<TopologyNode['postgres']>> = {}): TopologyNode => ({
  name: 'pg-b',
  hardware,
  postgres: { role: 'replica', settings, ...more },
});

function problems(nodes: TopologyNode[], postgres: Partial<Topology['postgres']> = {}): readonly Problem[] {
  const planned = planDeployment({
    test: exampleTest({ nodes, hardware, postgres: { version: '17', ...postgres } }),
    settings: { hardwarePolicy: 'clamp', target: 'docker' },
    cidr: '10.2.0.0/24',
    host: { cores: 64, memoryBytes: 2 ** 40 },
  });
  return planned.ok ? [] : planned.problems;
}
const short = (found: readonly Problem[]) => found.map(({ code, where }) => `${code} ${where}`);

describe('what a plan cannot do', () => {
  it.each<[string, TopologyNode[], Partial<Topology['postgres']>, string[]]>([
    [
      'another major version',
      [primary(), replica({}, { override: { version: '16', storageEngine: 'heap', settings: {} } })],
      {},
      ['REPLICA_VERSION_DIFFERS node pg-b'],
    ],
    [
      'another engine',
      [primary(), replica({}, { override: { version: '17', storageEngine: 'orioledb', settings: {} } })],
      {},
      ['REPLICA_ENGINE_DIFFERS node pg-b'],
    ],
    [
      'a standby smaller than its primary',
      [primary({ Max_Connections: '300' }), replica()],
      {},
      ['REPLICA_SETTING_TOO_SMALL node pg-b'],
    ],
    [
      'a log too short for replicas',
      [primary({ wal_level: 'minimal' }), replica()],
      {},
      ['REPLICATION_SETTING node pg-a'],
    ],
    ['too few senders', [primary({ max_wal_senders: '2' }), replica()], {}, ['REPLICATION_SETTING node pg-a']],
    [
      'a setting that the deployment decides',
      [primary(), replica({ primary_conninfo: 'host=x' })],
      {},
      ['SETTING_RESERVED node pg-b'],
    ],
    [
      'Patroni without etcd',
      [primary(), replica()],
      { patroni },
      ['PATRONI_NEEDS_ETCD database.topology.postgres.patroni'],
    ],
    [
      'Patroni without a replica',
      [primary({}, { etcd })],
      { patroni },
      ['PATRONI_NEEDS_REPLICA database.topology.postgres.patroni'],
    ],
    [
      'times that Patroni would change',
      [primary({}, { etcd }), replica()],
      { patroni: { ...patroni, ttlMs: 10_000 } },
      ['PATRONI_TIMING database.topology.postgres.patroni.ttl'],
    ],
    [
      'a schedule that the parser refuses',
      [primary({}, { backup: { tool: 'pg_dump', schedule: '@daily', destination: { path: '/b' } } })],
      {},
      ['BACKUP_SCHEDULE node pg-a'],
    ],
    [
      'a member that differs where Patroni wants one value',
      [primary({}, { etcd }), replica({ max_connections: '500' })],
      { patroni },
      ['PATRONI_SETTING_IS_CLUSTER_WIDE node pg-b'],
    ],
    [
      'one port twice',
      [primary({}, { etcd: { clientPort: 5432, monitor: false } })],
      {},
      ['PORT_TAKEN_TWICE node pg-a'],
    ],
    ['two primaries', [primary(), { ...primary(), name: 'pg-b' }], {}, ['SECOND_PRIMARY database.topology.nodes']],
    [
      "the load node's name, one twice, and a node without work",
      [{ ...primary(), name: 'load' }, replica(), { name: 'pg-b', hardware }],
      {},
      ['NODE_NAME_TAKEN node load', 'NODE_NAME_TAKEN node pg-b', 'NODE_WITHOUT_WORK node pg-b'],
    ],
  ])('%s', (_what, nodes, postgres, expected) => {
    expect(short(problems(nodes, postgres))).toEqual(expected);
  });

  it.each<[string, TopologyNode[], Partial<Topology['postgres']>]>([
    [
      'the version that `installed` means in containers',
      [primary(), replica({}, { override: { version: '17', storageEngine: 'heap', settings: {} } })],
      { version: 'installed' },
    ],
    [
      'a replica as large as its primary',
      [primary({ max_connections: '300' }), replica({ max_connections: '300' })],
      {},
    ],
    ['senders enough', [primary({ max_wal_senders: '6' }), replica({ max_wal_senders: '6' })], {}],
    [
      'cluster-wide settings of the whole cluster',
      [primary({}, { etcd }), replica()],
      { patroni, settings: { max_connections: '500' } },
    ],
    ['a local setting of one member', [primary({}, { etcd }), replica({ work_mem: '64MB' })], { patroni }],
    ['a standalone server that names itself', [primary({ cluster_name: 'mine' })], {}],
  ])('but it can: %s', (_what, nodes, postgres) => {
    expect(short(problems(nodes, postgres))).toEqual([]);
  });
});
