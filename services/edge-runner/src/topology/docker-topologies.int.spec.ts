import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan, PlannedNode, TopologyNode } from '@benchbus/suites';
import { exampleHardware } from '@benchbus/suites/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { whyNot } from '../probes/index.ts';
import { testEngine } from '../testing/docker-engine.ts';
import { dockerPlan, dockerRun, type DockerRun } from '../testing/docker-run.ts';
import { worldOf } from './launch-context.ts';
import { setUpNode } from './set-up-node.ts';

const { engine, lacks } = await testEngine();
const never = new AbortController().signal;
const hardware = exampleHardware();
const servers = (plan: Plan): PlannedNode[] => plan.nodes.filter(({ purpose }) => purpose === 'database');

describe.skipIf(lacks !== undefined)(`topologies in pods${lacks === undefined ? '' : ` (skipped: ${lacks})`}`, () => {
  let run: DockerRun;
  afterEach(async () => {
    await run.dispose();
    expect(await run.list()).toEqual([]);
  });

  it('a primary and two replicas, one of whose runners is replaced in the middle', { timeout: 120_000 }, async () => {
    const roles = { 'pg-a': 'primary', 'pg-b': 'replica', 'pg-c': 'replica' } as const;
    const nodes = Object.entries(roles).map(([name, role]): TopologyNode => ({
      name,
      hardware,
      postgres: { role, settings: {} },
    }));
    const plan = dockerPlan({ nodes, postgres: { settings: { work_mem: '8MB' } } });
    run = await dockerRun(engine, plan);
    const [a, b, c] = servers(plan) as [PlannedNode, PlannedNode, PlannedNode];
    // The runner of the first replica is gone as soon as its copy begins; the next one's host knows nothing of it.
    const gone = new AbortController();
    const tell = (step: string) => step.includes('pg_basebackup') && gone.abort(new Error('the runner is gone'));
    const others = [a, c].map((node) => setUpNode(run.context(node), never));
    await expect(setUpNode(run.context(b, { tell }), gone.signal)).rejects.toThrow('the runner is gone');
    const again = setUpNode(run.context(b), never);
    const [primary, second, first] = await Promise.all([...others, again]);
    expect(primary?.proven).toMatchObject({
      role: 'primary',
      'replica.pg-b.state': 'streaming',
      'replica.pg-c.state': 'streaming',
      'setting.work_mem': '8MB',
      'image.postgres': expect.stringMatching(/^postgres:17-alpine@sha256:[0-9a-f]{64}$/) as string,
    });
    for (const replica of [first, second]) expect(replica?.proven).toMatchObject({ role: 'replica' });
    // Clients have their real addresses here.
    expect(primary?.proven['replica.pg-b.address'] ?? b.address).toBe(b.address);
  });

  it(
    'Patroni, etcd, PgBouncer and exporters; the pool follows the leader over nodes',
    { timeout: 180_000 },
    async () => {
      const etcd = { clientPort: 2379, monitor: false };
      const pool = {
        port: 6432,
        poolMode: 'transaction',
        poolSize: 5,
        maxClientConnections: 50,
        monitor: true,
      } as const;
      const monitoring = {
        nodeExporter: { port: 9100, collectors: ['loadavg'] },
        postgresExporter: { port: 9187, customQueriesPaths: [] },
      };
      const roles = { 'pg-a': 'primary', 'pg-b': 'replica', 'pg-c': 'replica' } as const;
      const members = Object.entries(roles).map(([name, role]): TopologyNode => ({
        name,
        hardware,
        etcd,
        postgres: { role, settings: {} },
        ...(name === 'pg-a' ? { monitoring } : {}),
      }));
      const nodes: TopologyNode[] = [...members, { name: 'pool', hardware, pgbouncer: pool }];
      const patroni = {
        ttlMs: 20_000,
        loopWaitMs: 1_000,
        retryTimeoutMs: 3_000,
        maximumLagOnFailoverBytes: 1_048_576,
        synchronousMode: false,
        synchronousNodeCount: 1,
      };
      const plan = dockerPlan({ nodes, postgres: { patroni }, workload: { protocol: 'simple' } });
      run = await dockerRun(engine, plan);
      const proofs = await Promise.all(servers(plan).map((node) => setUpNode(run.context(node), never)));
      expect(proofs[0]?.proven).toMatchObject({ 'etcd.quorum': true, 'patroni.leader': 'pg-a' });

      const [leader] = servers(plan) as [PlannedNode];
      const world = worldOf(run.context(leader), never);
      const host = run.hostOf('pg-a');
      const patroniOfA = leader.processes.find(({ kind }) => kind === 'patroni');
      if (patroniOfA === undefined) throw new Error('no Patroni');
      const process = await host.process(patroniOfA);
      expect(await process.isRunning()).toBe(true);
      await process.kill();
      expect(await process.isRunning()).toBe(false);
      const backend = () => readFile(join(run.nodeDir('pool'), 'pgbouncer/config/backend.ini'), 'utf8');
      await expect.poll(backend, { timeout: 60_000, interval: 200 }).not.toContain(leader.address);
      await expect
        .poll(() => whyNot({ node: 'pool', process: 'pgbouncer', until: 'routing' }, world), {
          timeout: 30_000,
          interval: 200,
        })
        .toBeUndefined();
    },
  );
});
