import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cpuSecondsOf } from '@benchbus/processes';
import { parseMetrics, valuesOf, type MetricsTable } from '@benchbus/results';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchNode, scratchServer, type ScratchServer } from '../testing/scratch.ts';
import { metricsFile, observe } from './observe.ts';
import { runProcesses } from './run-processes.ts';

/** A process that keeps one core busy until it is killed. */
function busy(label: string) {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { env: { BENCHBUS_RUN: label }, stdio: 'ignore' });
  return { pid: child.pid ?? 0, stop: () => child.kill('SIGKILL') };
}

describe('a measurement that is observed', () => {
  let node: Awaited<ReturnType<typeof scratchNode>>;
  let server: ScratchServer;
  let client: pg.Client;

  beforeAll(async () => {
    node = await scratchNode();
    server = await scratchServer(node.dir);
    const { host, port, user, database } = server.connection;
    client = new pg.Client({ host, port, user, database, password: server.password });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await node.dispose();
  });

  const metricsIn = async (dir: string) => parseMetrics(await readFile(metricsFile(dir), 'utf8').catch(() => ''));

  /** Commits until the observer has seen enough. */
  const commitUntil = async (dir: string, isEnough: (seen: MetricsTable) => boolean): Promise<'done'> => {
    for (;;) {
      await client.query('SELECT 1');
      if (isEnough(await metricsIn(dir))) return 'done';
    }
  };

  it(
    'has rows of the machine, the load tool and the server; another run beside it is seen',
    { timeout: 60_000 },
    async () => {
      const [dir, tool, other] = [join(node.dir, 'observed'), busy('mine'), busy('somebody-elses')];
      const options = {
        dir,
        run: 'mine',
        availableCores: 1,
        toolCpu: () => Promise.resolve(cpuSecondsOf(tool.pid)),
        database: { ...server.connection, password: server.password, where: 'test' },
        processes: () => Promise.resolve(runProcesses()),
        intervalMs: 200,
      };
      try {
        // The runner is stopped in the middle, and the next one goes on.
        const stopped = observe(options, async () => {
          await commitUntil(dir, ({ rows }) => rows.length >= 3);
          throw new Error('stopped');
        });
        await expect(stopped).rejects.toThrow('stopped');
        // A session tells the server's statistics of its commits at most once a second.
        const { value, observation } = await observe(options, () =>
          commitUntil(dir, (seen) => seen.rows.length >= 8 && Math.max(...valuesOf(seen, 'dbCommitsPerS')) > 1),
        );
        expect(value).toBe('done');
        const metrics = await metricsIn(dir);
        expect(Math.max(...valuesOf(metrics, 'hostCpuBusyCores'))).toBeGreaterThan(0);
        expect(Math.min(...valuesOf(metrics, 'hostMemoryAvailableBytes'))).toBeGreaterThan(1_000_000);
        expect(observation.client.usedCores).toBeGreaterThan(0.05);
        expect(observation.coTenants.map(({ run }) => run)).toContain('somebody-elses');
        expect(observation.before?.cpuMs).toBeGreaterThan(0);
        expect(observation.after?.diskMs).toBeGreaterThan(0);
        // Asked again after its end it says the same, and adds nothing.
        const again = await observe(options, () => Promise.resolve('done'));
        expect(again.observation).toEqual(observation);
        expect((await metricsIn(dir)).rows).toHaveLength(metrics.rows.length);
      } finally {
        tool.stop();
        other.stop();
      }
    },
  );

  it('goes on when the server does not answer', { timeout: 60_000 }, async () => {
    const dir = join(node.dir, 'without-server');
    const options = {
      dir,
      run: 'mine',
      availableCores: 1,
      toolCpu: () => Promise.reject(new Error('not known')),
      database: { ...server.connection, port: 1, password: 'wrong', where: 'test' },
      intervalMs: 100,
    };
    const { observation } = await observe(options, () => commitUntil(dir, ({ rows }) => rows.length >= 3));
    expect(observation.client.usedCores).toBeUndefined();
    expect(valuesOf(await metricsIn(dir), 'dbCommitsPerS')).toEqual([]);
  });
});
