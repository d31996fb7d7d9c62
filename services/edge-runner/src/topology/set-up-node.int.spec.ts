import { readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { identify } from '@benchbus/processes';
import type { Plan, PlannedNode } from '@benchbus/suites';
import { afterEach, describe, expect, it } from 'vitest';
import { psql } from '../runtime/postgres/index.ts';
import { launchContext, PASSWORD, scratchRun, scratchServer, sharedMemory } from '../testing/scratch.ts';
import { testPlan } from '../testing/test-plan.ts';
import { retireNode, setUpNode } from './set-up-node.ts';

const { signal } = new AbortController();
type Run = Awaited<ReturnType<typeof scratchRun>>;

const databaseNodes = (plan: Plan): PlannedNode[] => plan.nodes.filter(({ purpose }) => purpose === 'database');
const nodeOf = (plan: Plan): PlannedNode => databaseNodes(plan)[0] as PlannedNode;

describe('setting up a standalone server', { timeout: 60_000 }, () => {
  const runs: Run[] = [];
  const scratch = async (): Promise<string> => {
    const run = await scratchRun(['pg']);
    runs.push(run);
    return run.nodeDir('pg');
  };
  afterEach(async () => {
    for (const run of runs.splice(0)) await run.dispose();
  });
  const pid = async (dir: string) =>
    Number((await readFile(join(dir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);

  it('gives the settings that were asked for, as the server itself says', async () => {
    const dir = await scratch();
    const settings = { work_mem: '8192kB', 'benchbus.note': "it's \\here", max_connections: '33' };
    const { proof } = await scratchServer(dir, testPlan(settings));
    expect(proof.serverVersion).toMatch(/^\d+\.\d+/);
    expect(proof.proven).toMatchObject({
      answersQuery: true,
      dataChecksums: false,
      locale: 'C.UTF-8',
      'setting.work_mem': '8MB',
      'setting.benchbus.note': "it's \\here",
      'setting.max_connections': '33',
    });
    expect(await readFile(`/proc/${await pid(dir)}/environ`, 'utf8')).toContain('BENCHBUS_PROCESS=postgres');
    expect(await readFile(`/proc/${await pid(dir)}/limits`, 'utf8')).toMatch(/Max open files\s+20000/);
    await expect(stat(join(dir, 'postgres/config/pwfile'))).rejects.toThrow(/ENOENT/);
  });

  it('lets nobody in without the password', async () => {
    const server = await scratchServer(await scratch());
    await expect(psql({ ...server, password: 'wrong' }, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('finds it running the second time, and makes it anew for the next attempt', async () => {
    const dir = await scratch();
    const plan = testPlan();
    const server = await scratchServer(dir, plan);
    await psql(server, 'CREATE TABLE here ()');
    const first = await pid(dir);
    await scratchServer(dir, plan);
    expect(await pid(dir)).toBe(first);
    const second = await launchContext({ plan, node: nodeOf(plan), nodeDir: dir, attempt: 2 });
    await retireNode(second, signal);
    // It may stay a zombie for as long as a busy machine's first process takes to hear of it.
    expect(identify(first)).toBeUndefined();
    await setUpNode(second, signal);
    expect(await psql(server, "SELECT to_regclass('here') IS NULL")).toBe('t');
  });

  it('notes what shared memory it holds, and its end leaves none', async () => {
    const dir = await scratch();
    const plan = testPlan();
    await scratchServer(dir, plan);
    const names = JSON.parse(await readFile(join(dir, 'shm.json'), 'utf8')) as string[];
    expect(names.length).toBeGreaterThan(0);
    expect(await sharedMemory()).toEqual(expect.arrayContaining(names));
    await retireNode(await launchContext({ plan, node: nodeOf(plan), nodeDir: dir, attempt: 2 }), signal);
    expect((await sharedMemory()).filter((name) => names.includes(name))).toEqual([]);
  });

  it.each([
    { settings: { work_mem: 'plenty' }, said: /invalid value for parameter "work_mem": "plenty"/ },
    { settings: { no_such_setting: '1' }, said: /unrecognized configuration parameter "no_such_setting"/ },
  ])('fails in its own words: $said', async ({ settings, said }) => {
    await expect(scratchServer(await scratch(), testPlan(settings))).rejects.toMatchObject({
      code: 'DATABASE_START_FAILED',
      message: expect.stringMatching(said) as string,
      where: expect.stringContaining('node pg') as string,
    });
  });

  it('names who has its port', async () => {
    const plan = testPlan();
    const blocker: Server = createServer();
    await new Promise<void>((resolve) => blocker.listen(5432, nodeOf(plan).address, resolve));
    try {
      await expect(scratchServer(await scratch(), plan)).rejects.toMatchObject({
        code: 'ADDRESS_IN_USE',
        message: expect.stringContaining(`process ${process.pid} `) as string,
      });
    } finally {
      await new Promise((resolve) => blocker.close(resolve));
    }
  });

  it('creates nothing once that is forbidden', async () => {
    const [dir, plan] = [await scratch(), testPlan()];
    const mayCreate = () => Promise.reject(new Error('the run is over'));
    const context = await launchContext({ plan, node: nodeOf(plan), nodeDir: dir, mayCreate });
    await expect(setUpNode(context, signal)).rejects.toThrow('the run is over');
    await expect(stat(join(dir, 'postgres/data'))).rejects.toThrow(/ENOENT/);
  });

  it('refuses the plan of a version that did not plan the launch', async () => {
    const plan = testPlan();
    const { address } = nodeOf(plan);
    const process = { kind: 'postgres', role: 'primary', version: 'installed', port: 5432, settings: {} } as const;
    const node: PlannedNode = { ...nodeOf(plan), address, processes: [process] };
    const context = await launchContext({ plan, node, nodeDir: await scratch() });
    await expect(setUpNode(context, signal)).rejects.toMatchObject({ code: 'PLAN_TOO_OLD' });
  });
});

describe('setting up a primary with two replicas', { timeout: 90_000 }, () => {
  const hardware = { cores: 0.1, memoryBytes: 2 ** 20, diskBytes: 2 ** 20 };
  const names = ['pg-a', 'pg-b', 'pg-c'];
  const nodes = names.map((name, index) => ({
    name,
    hardware,
    postgres: { role: index === 0 ? ('primary' as const) : ('replica' as const), settings: {} },
  }));
  let run: Run;
  afterEach(() => run.dispose());

  it('streams to both, and each node proves its part', async () => {
    run = await scratchRun(names);
    const plan = testPlan({ work_mem: '8MB' }, { nodes });
    const proofs = await Promise.all(
      databaseNodes(plan).map(async (node) => {
        const context = await launchContext({ plan, node, nodeDir: run.nodeDir(node.name) });
        return setUpNode(context, signal);
      }),
    );
    expect(proofs.map(({ proven }) => proven['role'])).toEqual(['primary', 'replica', 'replica']);
    expect(proofs[0]?.proven).toMatchObject({
      'replica.pg-b.state': 'streaming',
      'replica.pg-c.state': 'streaming',
      'setting.work_mem': '8MB',
    });
    // What the primary commits arrives.
    const target = (node: PlannedNode | undefined) => ({
      bin: '/usr/bin',
      connection: { host: node?.address ?? '', port: 5432, user: 'postgres', database: 'postgres' },
      password: PASSWORD,
    });
    const [primary, replica] = databaseNodes(plan);
    await psql(target(primary), 'CREATE TABLE written AS SELECT 1 AS it');
    await expect.poll(() => psql(target(replica), "SELECT to_regclass('written') IS NOT NULL")).toBe('t');
  });
});
