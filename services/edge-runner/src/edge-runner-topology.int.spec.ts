import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subjects, type AnyRecorded } from '@benchbus/events';
import { identify } from '@benchbus/processes';
import type { Plan } from '@benchbus/suites';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, scratchRun } from './testing/scratch.ts';
import { testPlan } from './testing/test-plan.ts';
import { ready, startWorld, type World } from './testing/world.ts';

const NAMES = ['pg-a', 'pg-b'];
const hardware = { cores: 0.1, memoryBytes: 2 ** 20, diskBytes: 2 ** 20 };
const CREDENTIALS = { BENCHBUS_CREDENTIAL_REPLICATION: PASSWORD };

const replicasPlan = (): Plan =>
  testPlan(
    {},
    {
      nodes: NAMES.map((name, index) => ({
        name,
        hardware,
        postgres: { role: index === 0 ? ('primary' as const) : ('replica' as const), settings: {} },
      })),
    },
  );

const serverIn = async (nodeDir: string): Promise<number> =>
  Number((await readFile(join(nodeDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);

// Generous: a test starts several processes, and the machine may be shared.
describe('the runners of a topology', { timeout: 240_000 }, () => {
  let world: World;
  let scratch: Awaited<ReturnType<typeof scratchRun>>;
  let run: string;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    scratch = await scratchRun(NAMES);
    run = `r-${randomBytes(4).toString('hex')}`;
  });
  afterEach(async () => {
    await world.stopRunners();
    await scratch.dispose();
  });

  const launch = (node: string, env: Readonly<Record<string, string>> = {}) =>
    world.launch(run, node, scratch.nodeDir(node), { ...CREDENTIALS, ...env });
  const readyIn = (node: string, attempt: number): Promise<AnyRecorded> => {
    const subject = subjects.edge(run, node);
    const probe = async () =>
      (await world.bus.log.read(subject)).find(
        ({ name, data }) => /^Database/.test(name) && 'attempt' in data && data.attempt === attempt,
      );
    return world.bus.log.waitFor([subject], probe, { what: `${node} ready`, timeoutMs: 100_000 });
  };

  it.each(['after.prepare-command', 'after.process-start'])(
    'of which the replica’s is killed at %s: the next one goes on, and both nodes are ready',
    async (point) => {
      await world.plan(run, replicasPlan());
      await world.stage(run, 'database');
      const primary = launch('pg-a');
      const first = launch('pg-b', { BENCHBUS_CRASH_AT: point });
      await Promise.all([ready(primary), ready(first)]);
      for (const node of NAMES) await world.trigger('database', run, node);
      expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
      await ready(launch('pg-b'));
      expect(await readyIn('pg-b', 1)).toMatchObject({
        name: 'DatabaseReady',
        data: { proven: { role: 'replica', 'replica.pg-b.state': 'streaming' } },
      });
      expect(await readyIn('pg-a', 1)).toMatchObject({
        name: 'DatabaseReady',
        data: { proven: { role: 'primary', 'replica.pg-b.state': 'streaming' } },
      });
    },
  );

  it('begin a further attempt together: each ends what it has before it claims, none starts before all have', async () => {
    await world.plan(run, replicasPlan());
    await world.stage(run, 'database');
    await Promise.all(NAMES.map((node) => ready(launch(node))));
    for (const node of NAMES) await world.trigger('database', run, node);
    for (const node of NAMES) expect(await readyIn(node, 1)).toMatchObject({ name: 'DatabaseReady' });
    const before = await Promise.all(NAMES.map((node) => serverIn(scratch.nodeDir(node))));

    await world.stage(run, 'database', 2);
    await world.trigger('database', run, 'pg-a', 2);
    const claims = subjects.edge(run, 'pg-a');
    const claimed = async () =>
      (await world.bus.log.read(claims)).some(
        ({ name, data }) => name === 'SetupStarted' && 'attempt' in data && data.attempt === 2,
      ) || undefined;
    await world.bus.log.waitFor<true>([claims], claimed, { what: 'the claim', timeoutMs: 60_000 });
    // The one node has ended its server, and waits; the other's runs on, until it is asked, too.
    expect(identify(before[0] ?? 0)).toBeUndefined();
    expect(process.kill(before[1] ?? 0, 0)).toBe(true);
    expect(await readdir(join(scratch.nodeDir('pg-a'), 'postgres/data'))).not.toContain('postmaster.pid');
    await world.trigger('database', run, 'pg-b', 2);
    for (const node of NAMES) expect(await readyIn(node, 2)).toMatchObject({ name: 'DatabaseReady' });
    const after = await Promise.all(NAMES.map((node) => serverIn(scratch.nodeDir(node))));
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  });

  it('start backups by the clock once the node is ready, also after a restart, and tell of each', async () => {
    const folder = join(scratch.dir, 'dumps');
    const plan = testPlan(
      {},
      {
        nodes: [
          {
            name: 'pg-a',
            hardware,
            postgres: { role: 'primary', settings: {} },
            backup: { tool: 'pg_dump', schedule: '* * * * *', destination: { path: folder } },
          },
        ],
      },
    );
    // Each second: the clock takes a sixth field, and nobody waits a minute.
    const often = JSON.parse(JSON.stringify(plan).replace('"* * * * *"', '"* * * * * *"')) as Plan;
    const lines = await world.watchLog(run);
    await world.plan(run, often);
    const first = launch('pg-a');
    await ready(first);
    await world.stage(run, 'database');
    await world.trigger('database', run, 'pg-a');
    await readyIn('pg-a', 1);
    const failed = () => lines['backup']?.filter((line) => line.startsWith('JOB_FAILED: backup failed')) ?? [];
    // The folder is not there, and its user may not make it: each firing fails, and says so.
    await expect.poll(() => failed().length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(failed()[0]).toMatch(/[Pp]ermission denied/);
    await first.stop('SIGTERM');
    const told = failed().length;
    await ready(launch('pg-a'));
    await expect.poll(() => failed().length, { timeout: 20_000 }).toBeGreaterThan(told);
    await mkdir(folder);
    await chmod(folder, 0o777);
    await expect.poll(() => lines['backup'], { timeout: 20_000 }).toContain('backup is done');
    expect((await readdir(join(folder, run))).some((name) => name.endsWith('.dump'))).toBe(true);
    await world.cancel(run);
  });
});
