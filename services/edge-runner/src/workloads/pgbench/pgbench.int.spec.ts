import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { resultV1 } from '@benchbus/results';
import { groupMembers } from '@benchbus/processes';
import { exampleWorkload } from '@benchbus/suites/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { psql } from '../../runtime/postgres/index.ts';
import { makeOwnedDir } from '../../runtime/process/files.ts';
import { toolIn } from '../../testing/load-tool.ts';
import { toolDefaults } from '../../testing/tool-defaults.ts';
import { scratchNode, scratchServer, type ScratchServer } from '../../testing/scratch.ts';
import type { WorkloadContext, WorkloadProgress } from '../plugin.ts';
import { pluginOf } from '../index.ts';
import { pgbench as tool } from './index.ts';

const pgbench = pluginOf(tool);

// pgbench reports each second, but may end before the report of the last one.
const WORKLOAD = exampleWorkload({ clients: 2, threads: 2, warmupMs: 2000, durationMs: 2000 });
const LONG = { ...WORKLOAD, warmupMs: 0, durationMs: 60_000 };

describe('pgbench against a real PostgreSQL', () => {
  let node: Awaited<ReturnType<typeof scratchNode>>;
  let server: ScratchServer;
  let context: WorkloadContext;
  let seen: WorkloadProgress[];
  let printed: string[];
  let attempt = 0;
  let measuring: PromiseWithResolvers<void>;

  beforeAll(async () => {
    node = await scratchNode();
    server = await scratchServer(node.dir);
  });
  afterAll(() => node.dispose());

  beforeEach(async () => {
    seen = [];
    printed = [];
    measuring = Promise.withResolvers();
    attempt += 1;
    const dir = join(node.dir, `workload-${attempt}`);
    const { connection, password, user, steps, labels, mayCreate } = server;
    context = {
      ...toolDefaults,
      ...{ connection, password, user, steps, labels, mayCreate, dir },
      artifactsDir: join(dir, 'artifacts'),
      graceMs: 5000,
      output: (line) => printed.push(line),
      progress: (progress) => {
        seen.push(progress);
        if (progress.activity === 'measuring' && progress.tps !== undefined) measuring.resolve(); // its first second
      },
    };
    await makeOwnedDir(dir, user);
  });

  const toolPid = async () => Number(await readFile(join(context.dir, 'measure/started'), 'utf8'));

  it('measures: its report, exact percentiles, and the files', async () => {
    const { signal } = new AbortController();
    const measurement = await pgbench.run(WORKLOAD, context, signal);
    const { summary, result } = measurement;
    expect(printed.some((line) => /^progress: [\d.]+ s, [\d.]+ tps/.test(line))).toBe(true);
    expect(printed.filter((line) => line.startsWith('tps = '))).toHaveLength(2);
    expect(summary).toMatchObject({ tool: 'pgbench', durationSeconds: 2, percentileSource: 'every transaction' });
    expect(summary.transactions).toBeGreaterThan(0);
    expect(summary.latencyP50Ms).toBeLessThanOrEqual(summary.latencyP99Ms);
    expect(summary.latencyP999Ms).toBeLessThanOrEqual(summary.latencyMaxMs);
    expect(seen.map(({ activity }) => activity)).toEqual(
      expect.arrayContaining(['initialising scale 1', 'warming up', 'measuring']),
    );

    const files = await pgbench.collect(WORKLOAD, context, measurement);
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'pgbench.stdout.txt',
        'pgbench.stderr.txt',
        'init.txt',
        'transactions.log.gz',
        'result.json',
        'result.v1.json',
        'environment.json',
      ]),
    );
    const log = gunzipSync(await readFile(join(context.artifactsDir, 'transactions.log.gz'))).toString();
    expect(log.trim().split('\n')).toHaveLength(summary.transactions);
    expect(resultV1.parse(result)).toMatchObject({
      types: [{ name: 'tpcb-like', transactions: summary.transactions }],
      histogram: { source: 'every-transaction', count: summary.transactions },
      environment: { settings: { shared_buffers: '16MB' }, loadNode: { cores: expect.any(Number) as number } },
    });
    expect(result.setupSeconds).toBeGreaterThan(0);
    expect(result.warmupSeconds).toBeGreaterThanOrEqual(2);
    // All but those that ended after the last second.
    const inSeries = result.series.points.reduce((sum, { tps }) => sum + tps, 0);
    expect(inSeries).toBeLessThanOrEqual(summary.transactions);
    expect(inSeries).toBeGreaterThan(0.9 * summary.transactions);
    const all = await Promise.all(
      ['result.json', 'environment.json', 'result.v1.json'].map((name) =>
        readFile(join(context.artifactsDir, name), 'utf8'),
      ),
    );
    expect(JSON.parse(all[0] ?? '')).toMatchObject({ summary, settings: { shared_buffers: '16MB' } });
    expect(all.join('')).not.toContain('secret');

    // Asked again, it tells the same from the files, without running anything.
    const before = await stat(join(context.dir, 'measure/started'));
    expect(await pgbench.run(WORKLOAD, context, signal)).toEqual(measurement);
    expect((await stat(join(context.dir, 'measure/started'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('that is killed was interrupted', async () => {
    const run = pgbench.run(LONG, context, new AbortController().signal);
    run.catch(() => undefined);
    await measuring.promise;
    process.kill(toolIn(await toolPid()), 'SIGKILL');
    await expect(run).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringContaining('signal 9') as string,
    });
    const files = await pgbench.collect(LONG, context, { problem: { code: 'INTERRUPTED', message: 'x' } });
    expect(files.map(({ name }) => name)).toContain('transactions.log.gz');
  });

  it('that vanishes with its wrapper was interrupted', async () => {
    const run = pgbench.run(LONG, context, new AbortController().signal);
    run.catch(() => undefined);
    await measuring.promise;
    process.kill(-(await toolPid()), 'SIGKILL');
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('is attached to while it runs, and killed as a group when it is aborted', async () => {
    const reason = new Error('cancelled');
    const first = pgbench.run(LONG, context, new AbortController().signal);
    first.catch(() => undefined);
    await measuring.promise;
    const pid = await toolPid();
    measuring = Promise.withResolvers();
    const abort = new AbortController();
    const second = pgbench.run(LONG, context, abort.signal);
    await measuring.promise;
    expect(await toolPid()).toBe(pid);
    abort.abort(reason);
    await expect(second).rejects.toBe(reason);
    await expect(first).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(groupMembers(pid)).toEqual([]);
  });

  it('that loses its connections failed, in its own words', async () => {
    const run = pgbench.run(LONG, context, new AbortController().signal);
    run.catch(() => undefined);
    await measuring.promise;
    await psql(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgbench'");
    await expect(run).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringContaining('terminating connection due to administrator command') as string,
    });
  });

  it('without a database says that the database is lost', async () => {
    const connection = { ...context.connection, port: 1 };
    await expect(pgbench.run(WORKLOAD, { ...context, connection }, new AbortController().signal)).rejects.toMatchObject(
      {
        code: 'DATABASE_LOST',
      },
    );
  });
});
