import type { TopologyNode } from '@benchbus/suites';
import { exampleHardware, exampleTest } from '@benchbus/suites/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from './http.ts';
import { prove, reached, whyNot } from './index.ts';
import { endOf, planned } from './planned.ts';
import { undocumented } from '../testing/documented-facts.ts';
import { programFile, Stage } from '../testing/stage.ts';

const hardware = exampleHardware();
const etcd = { clientPort: 2379, monitor: false };
const pgbouncer = {
  port: 6432,
  poolMode: 'transaction',
  poolSize: 7,
  maxClientConnections: 50,
  monitor: false,
} as const;
const patroni = {
  ttlMs: 20_000,
  loopWaitMs: 1_000,
  retryTimeoutMs: 3_000,
  maximumLagOnFailoverBytes: 1_048_576,
  synchronousMode: true,
  synchronousNodeCount: 1,
};
const nodes: TopologyNode[] = [
  {
    name: 'pg-a',
    hardware,
    etcd,
    postgres: { role: 'primary', settings: {} },
    monitoring: {
      nodeExporter: { port: 9100, collectors: ['loadavg'] },
      postgresExporter: { port: 9187, customQueriesPaths: [] },
    },
  },
  { name: 'pg-b', hardware, etcd, postgres: { role: 'replica', settings: { work_mem: '5MB' } } },
  { name: 'pool', hardware, etcd, pgbouncer },
];
const settings = { max_connections: '50', shared_buffers: '16MB', max_locks_per_transaction: '20' };

const PROGRAMS = ['patroni', 'etcd', 'pgbouncer', 'node_exporter', 'postgres_exporter'];
const missing = PROGRAMS.filter((name) => programFile(name) === undefined);

// In continuous integration nothing is missing, or it fails.
describe.skipIf(missing.length > 0 && process.env['CI'] !== 'true')('Patroni, etcd, PgBouncer and exporters', () => {
  let stage: Stage;
  const why = (
    node: string,
    process: 'etcd' | 'patroni' | 'pgbouncer' | 'node-exporter' | 'postgres-exporter',
    until: Parameters<typeof whyNot>[0]['until'],
  ) => whyNot({ node, process, until }, stage.world());

  beforeAll(async () => {
    stage = await Stage.of(exampleTest({ postgres: { settings, patroni }, nodes, workload: { protocol: 'simple' } }));
  });
  afterAll(() => stage.dispose());

  it('reach their milestones one after another, and prove what they are', async () => {
    expect(await why('pg-a', 'etcd', 'quorum')).toMatch(/ECONNREFUSED/);
    await stage.up('pg-a', 'etcd');
    await stage.up('pg-b', 'etcd');
    // Two of three are a majority, and not all.
    await expect
      .poll(() => why('pg-a', 'etcd', 'quorum'), { timeout: 20_000 })
      .toMatch(/has the members pg-a,pg-b, planned/);
    await stage.up('pool', 'etcd');
    for (const node of ['pg-a', 'pg-b', 'pool']) await stage.until(node, 'etcd', 'quorum');
    expect((await prove('pool', 'etcd', stage.world())).facts).toMatchObject({
      'etcd.quorum': true,
      'etcd.members': 'pg-a,pg-b,pool',
      'etcd.healthy': 3,
      'etcd.version': expect.stringMatching(/^3\./) as string,
      'etcd.leader': expect.stringMatching(/^(pg-a|pg-b|pool)$/) as string,
    });

    expect(await why('pg-a', 'patroni', 'leader')).toMatch(/ECONNREFUSED/);
    await stage.up('pg-a', 'patroni');
    await stage.until('pg-a', 'patroni', 'leader');
    expect(await why('pg-b', 'patroni', 'streaming')).toMatch(/Patroni says of pg-b: unknown/);
    expect(await why('pg-a', 'patroni', 'synchronous')).toMatch(/0 of 1 standbys confirm/);
    await stage.up('pg-b', 'patroni');
    await stage.until('pg-b', 'patroni', 'streaming');
    await stage.until('pg-a', 'patroni', 'synchronous');

    expect(await why('pool', 'pgbouncer', 'routing')).toMatch(/ECONNREFUSED/);
    await stage.up('pool', 'pgbouncer');
    await stage.until('pool', 'pgbouncer', 'routing');
    expect(await why('pg-a', 'node-exporter', 'serving')).toMatch(/ECONNREFUSED/);
    for (const kind of ['node-exporter', 'postgres-exporter'] as const) {
      await stage.up('pg-a', kind);
      await stage.until('pg-a', kind, 'serving');
      expect((await prove('pg-a', kind, stage.world())).facts).toMatchObject({
        [`${kind}.serving`]: true,
        [`${kind}.version`]: expect.stringMatching(/^\d/) as string,
      });
    }

    const member = await prove('pg-b', 'patroni', stage.world());
    expect(member.version).toMatch(/^\d+\.\d+/);
    const old = String(member.facts['patroni.version']).startsWith('3');
    expect(member.facts).toMatchObject({
      role: 'replica',
      'patroni.leader': 'pg-a',
      'patroni.standbys': old ? 'pg-b:running' : 'pg-b:streaming',
      'patroni.synchronousMode': true,
      'patroni.synchronousStandbys': 'pg-b',
      'replica.pg-b.state': 'streaming',
      'replica.pg-b.sync': 'sync',
      'setting.max_connections': '50',
      'setting.work_mem': '5MB',
      // Below Patroni's least: its default instead.
      'setting.max_locks_per_transaction': '64',
      'setting.max_locks_per_transaction.asked': '20',
      'patroni.ttl': 20,
      'patroni.loopWait': 1,
      'patroni.retryTimeout': 3,
    });
    expect((await prove('pool', 'pgbouncer', stage.world())).facts).toMatchObject({
      'pgbouncer.poolMode': 'transaction',
      'pgbouncer.poolSize': 7,
      'pgbouncer.maxClientConnections': 50,
      'pgbouncer.leadsTo': 'pg-a',
      'pgbouncer.version': expect.stringMatching(/^1\./) as string,
    });

    for (const { name, processes } of stage.plan.nodes)
      for (const { kind } of processes)
        expect(undocumented((await prove(name, kind, stage.world())).facts), `${name}/${kind}`).toEqual([]);

    // Somebody changes the cluster's configuration behind our back.
    const rest = endOf(planned(stage.plan, 'pg-a', 'patroni'), 'rest');
    const authorization = `Basic ${Buffer.from('benchbus:patroniapisecret').toString('base64')}`;
    const patched = await fetch(`http://${rest.host}:${rest.port}/config`, {
      method: 'PATCH',
      headers: { authorization },
      body: JSON.stringify({ maximum_lag_on_failover: 1 }),
    });
    expect(patched.status).toBe(200);
    await expect(prove('pg-b', 'patroni', stage.world())).rejects.toMatchObject({
      code: 'DATABASE_SETTING_NOT_APPLIED',
      message: expect.stringContaining('maximum_lag_on_failover') as string,
      where: 'node pg-b, process patroni, postgres.patroni',
    });
    const [pool] = [planned(stage.plan, 'pool', 'pgbouncer')];
    const other = structuredClone(stage.plan);
    planned(other, 'pool', 'pgbouncer').process.poolMode = 'session';
    expect(await reached({ node: pool.node.name, process: 'pgbouncer', until: 'routing' }, stage.world())).toBe(true);
    expect(
      await whyNot({ node: 'pool', process: 'pgbouncer', until: 'routing' }, stage.world({ plan: other })),
    ).toMatch(/pools in mode transaction/);
    const wrong = stage.world({ credential: () => 'wrong' });
    await expect(reached({ node: 'pool', process: 'pgbouncer', until: 'routing' }, wrong)).rejects.toMatchObject({
      code: 'DATABASE_LOGIN_REFUSED',
      where: 'node pool, process pgbouncer',
    });

    // The leader dies: its milestone is the cluster's, the pool follows.
    const { status } = await request(rest, '/primary', stage.world());
    expect(status).toBe(200);
    await stage.kill('pg-a', 'patroni');
    expect(await why('pg-a', 'patroni', 'leader')).not.toBeUndefined();
    await stage.until('pg-a', 'patroni', 'leader');
    await stage.until('pool', 'pgbouncer', 'routing');
    expect((await prove('pool', 'pgbouncer', stage.world())).facts).toMatchObject({ 'pgbouncer.leadsTo': 'pg-b' });
    expect(await why('pg-b', 'patroni', 'streaming')).toBeUndefined();
  }, 120_000);
});
