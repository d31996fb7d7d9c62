import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Topology } from '../model/database.ts';
import { formatPath } from '../parse/field-path.ts';
import { topologyArbitrary } from '../testing/topology-arbitrary.ts';
import type { TopologyRule } from './rule-finding.ts';
import type { NodeDraft, TopologyDraft } from './topology-draft.ts';
import { draftTopology } from './topology-draft.ts';
import { topologyFindings } from './topology-rules.ts';

const primary: NodeDraft = { name: 'p', postgres: { role: 'primary' } };
const replica = (name: string, more: Partial<NodeDraft> = {}): NodeDraft => ({
  name,
  postgres: { role: 'replica' },
  ...more,
});
const etcd = (...names: string[]): NodeDraft[] => names.map((name) => ({ name, etcd: {} }));
const server = { version: '17', storageEngine: 'heap' };
const patroni = (more: object = {}) => ({ ...server, patroni: { synchronousMode: false, ...more } });
const oriole = (version: string) => ({ version, storageEngine: 'orioledb' });
const topology = (nodes: NodeDraft[], postgres: TopologyDraft['postgres'] = server): TopologyDraft => ({
  postgres,
  nodes,
});
const differing = (override: object): NodeDraft => replica('r', { postgres: { role: 'replica', override } });

/** Each rule: what it refuses, where it says so, and the nearest thing that it accepts. */
const table: readonly [TopologyRule, string, TopologyDraft, TopologyDraft][] = [
  ['node-names', 'nodes[1].name', topology([primary, replica('p')]), topology([primary, replica('q')])],
  ['node-names', 'nodes[1].name', topology([primary, replica('load')]), topology([primary, replica('load2')])],
  ['node-has-component', 'nodes[1]', topology([primary, { name: 'n' }]), topology([primary, ...etcd('n')])],
  ['one-primary', 'nodes', topology([replica('a'), replica('b')]), topology([primary, replica('b')])],
  [
    'one-primary',
    'nodes',
    topology([primary, { ...primary, name: 'q' }]),
    topology([primary, { name: 'q', postgres: {} }]),
  ],
  ['one-primary', 'nodes', topology(etcd('a')), topology([primary, ...etcd('a')])],
  ['etcd-size', 'nodes', topology([primary, ...etcd('a', 'b')]), topology([primary, ...etcd('a', 'b', 'c')])],
  [
    'etcd-size',
    'nodes',
    topology([primary, ...etcd('a', 'b', 'c', 'd')]),
    topology([primary, ...etcd('a', 'b', 'c', 'd', 'e')]),
  ],
  [
    'patroni-needs-etcd',
    'postgres.patroni',
    topology([primary, replica('r')], patroni()),
    topology([primary, replica('r', { etcd: {} })], patroni()),
  ],
  // Without Patroni nothing needs etcd, and etcd needs nothing.
  ['patroni-needs-etcd', 'postgres.patroni', topology([primary, replica('r')], patroni()), topology([primary])],
  [
    'patroni-needs-replica',
    'postgres.patroni',
    topology([primary, ...etcd('a')], patroni()),
    topology([primary, ...etcd('a')]),
  ],
  [
    'synchronous-replicas',
    'postgres.patroni.synchronousNodeCount',
    topology([primary, replica('r'), ...etcd('a')], patroni({ synchronousMode: true, synchronousNodeCount: 2 })),
    topology([primary, replica('r'), ...etcd('a')], patroni({ synchronousMode: true, synchronousNodeCount: 1 })),
  ],
  [
    'synchronous-replicas',
    'postgres.patroni.synchronousMode',
    topology([primary, ...etcd('a')], patroni({ synchronousMode: true })),
    topology([primary, replica('r'), ...etcd('a')], patroni({ synchronousNodeCount: 2 })),
  ],
  ['orioledb-version', 'postgres.storageEngine', topology([primary], oriole('18')), topology([primary], oriole('17'))],
  ...(
    [
      ['ttl', { ttlMs: 19_999 }, { ttlMs: 20_000 }],
      ['loopWait', { loopWaitMs: 0 }, { loopWaitMs: 1000 }],
      ['retryTimeout', { retryTimeoutMs: 2000 }, { retryTimeoutMs: 3000 }],
      [
        'ttl',
        { ttlMs: 20_000, loopWaitMs: 10_001, retryTimeoutMs: 5000 },
        { ttlMs: 20_000, loopWaitMs: 10_000, retryTimeoutMs: 5000 },
      ],
    ] as const
  ).map(([key, refused, accepted]): (typeof table)[number] => [
    'patroni-timing',
    `postgres.patroni.${key}`,
    topology([primary, replica('r', { etcd: {} })], patroni(refused)),
    topology([primary, replica('r', { etcd: {} })], patroni(accepted)),
  ]),
  [
    'orioledb-version',
    'postgres.storageEngine',
    topology([primary], oriole('installed')),
    topology([primary], oriole('16')),
  ],
  [
    'orioledb-version',
    'nodes[0].postgres.override.storageEngine',
    topology([{ name: 'p', postgres: { role: 'primary', override: oriole('15') } }]),
    topology([{ name: 'p', postgres: { role: 'primary', override: oriole('16') } }]),
  ],
  [
    'replica-like-primary',
    'nodes[1].postgres.override.version',
    topology([primary, differing({ version: '16' })]),
    topology([primary, differing({ version: '17' })]),
  ],
  [
    'replica-like-primary',
    'nodes[1].postgres.override.storageEngine',
    topology([primary, differing({ storageEngine: 'orioledb' })]),
    topology([primary, differing({ storageEngine: 'heap' })]),
  ],
  [
    'replica-like-primary',
    'nodes[1].postgres.role',
    topology([{ name: 'p', postgres: { role: 'primary', override: { version: '16' } } }, replica('r')]),
    topology([{ name: 'p', postgres: { role: 'primary', override: { version: '16' } } }]),
  ],
  [
    'backup-needs-postgres',
    'nodes[0].backup',
    topology([{ name: 'b', backup: { schedule: '0 3 * * *' } }]),
    topology([primary, { name: 'b', backup: { schedule: '0 3 * * *' } }]),
  ],
  [
    'backup-schedule',
    'nodes[0].backup.schedule',
    topology([{ ...primary, backup: { schedule: '0 25 * * *' } }]),
    topology([{ ...primary, backup: { schedule: '0 23 * * 1-5' } }]),
  ],
  [
    'port-collision',
    'nodes[0].pgbouncer.port',
    topology([{ ...primary, pgbouncer: { port: 5432 } }]),
    topology([primary, { name: 'b', pgbouncer: { port: 5432 } }]),
  ],
  [
    'port-collision',
    'nodes[0].etcd.clientPort',
    topology([{ ...primary, etcd: { clientPort: 2380 } }]),
    topology([{ ...primary, etcd: { clientPort: 2381 } }]),
  ],
  [
    'port-collision',
    'nodes[1].pgbouncer.port',
    topology([primary, replica('r', { etcd: {}, pgbouncer: { port: 8008 } })], patroni()),
    topology([primary, replica('r', { etcd: {}, pgbouncer: { port: 8008 } })]),
  ],
  [
    'port-collision',
    'nodes[0].monitoring.postgresExporter.port',
    topology([{ ...primary, monitoring: { nodeExporter: {}, postgresExporter: { port: 9100 } } }]),
    topology([{ ...primary, etcd: { monitor: true }, monitoring: { nodeExporter: {}, postgresExporter: {} } }]),
  ],
  [
    'port-collision',
    'nodes[0].monitoring.nodeExporter.port',
    topology([{ ...primary, pgbouncer: { monitor: true }, monitoring: { nodeExporter: { port: 9127 } } }]),
    topology([{ ...primary, pgbouncer: {}, monitoring: { nodeExporter: { port: 9127 } } }]),
  ],
  [
    'port-collision',
    'nodes[0].pgbouncer.port',
    topology([{ ...primary, etcd: { monitor: true }, pgbouncer: { port: 9100 } }]),
    topology([{ ...primary, etcd: {}, pgbouncer: { port: 9100 } }]),
  ],
];

const found = (of: TopologyDraft): string[] =>
  topologyFindings(of).map(({ rule, path }) => `${rule} at ${formatPath(path)}`);

describe('each rule of a topology', () => {
  it.each(table)('%s at %s: refuses, and accepts', (rule, where, refused, accepted) => {
    expect(found(refused)).toContain(`${rule} at ${where}`);
    expect(topologyFindings(accepted)).toEqual([]);
  });

  it.each(['* * * * *', '*/5 0-6 1,15 JAN-MAR MON', '0 3 * * 7'])('takes the schedule %s', (schedule) => {
    expect(topologyFindings(topology([{ ...primary, backup: { schedule } }]))).toEqual([]);
  });
  it.each(['', 'often', '@daily', '0 3 * *', '0 0 3 * * *', '60 * * * *', '* * 0 * *', '* * * 13 *', '-1 * * * *'])(
    'takes no schedule %j',
    (schedule) => {
      expect(found(topology([{ ...primary, backup: { schedule } }]))).toEqual([
        'backup-schedule at nodes[0].backup.schedule',
      ]);
    },
  );

  it('keeps silent about every topology of the model that is made to keep them', () => {
    fc.assert(
      fc.property(topologyArbitrary, (any: Topology) => {
        expect(topologyFindings(any)).toEqual([]);
        expect(topologyFindings(draftTopology(any))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('nodes', 'postgres', undefined), (value, key) => {
        const node = { name: value, postgres: value, etcd: value, pgbouncer: { port: value }, backup: value };
        topologyFindings(draftTopology(key === undefined ? { nodes: [value, node] } : { [key]: value }));
      }),
    );
  });
});
