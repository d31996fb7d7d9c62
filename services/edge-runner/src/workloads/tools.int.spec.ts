import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { resultV1 } from '@benchbus/results';
import { findProgram } from '@benchbus/service/testing';
import type { CommandWorkload, GoTpcWorkload, SysbenchWorkload, Workload } from '@benchbus/suites';
import { exampleHardware } from '@benchbus/suites/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { psql } from '../runtime/postgres/index.ts';
import { RunnerStopping } from '../runtime/process/runner-stopping.ts';
import { scratchNode, scratchServer, PASSWORD, type ScratchServer } from '../testing/scratch.ts';
import { workloadContext } from '../testing/workload-context.ts';
import { goPlaces } from './go-tpc/check.ts';
import { workloadFor } from './index.ts';
import type { WorkloadContext } from './plugin.ts';

const times = { warmupMs: 1000, durationMs: 2000, hardware: exampleHardware() };
const sysbench: SysbenchWorkload = {
  tool: 'sysbench',
  script: 'oltp_read_write',
  ...{ tables: 1, tableSize: 1000, threads: 2 },
  ...times,
};
const goTpc: GoTpcWorkload = {
  tool: 'go-tpc',
  benchmark: 'tpcc',
  ...{ warehouses: 1, threads: 2, ignoreErrors: false },
  ...times,
};
const script = (code: string): CommandWorkload => ({
  tool: 'command',
  command: ['sh', '-c', code],
  environment: { GREETING: 'hello', TOKEN: { secret: 'CANARY' } },
  ...times,
  warmupMs: 0,
});
const never = new AbortController().signal;

describe('load tools against a real PostgreSQL', () => {
  let node: Awaited<ReturnType<typeof scratchNode>>;
  let server: ScratchServer;
  let attempt = 0;

  beforeAll(async () => {
    node = await scratchNode();
    server = await scratchServer(node.dir);
  });
  afterAll(() => node.dispose());

  const attemptOf = (more: Partial<WorkloadContext> = {}) => workloadContext(server, node.dir, (attempt += 1), more);

  /** Measures, keeps, and looks whether a second call tells the same without running anything. */
  async function measured(workload: Workload) {
    const { context, seen, printed } = await attemptOf();
    const tool = workloadFor(workload);
    const measurement = await tool.run(context, never);
    const files = await tool.collect(context, measurement);
    const started = join(context.dir, 'measure/started');
    const before = await stat(started);
    expect(await tool.run(context, never)).toEqual(measurement);
    expect((await stat(started)).mtimeMs).toBe(before.mtimeMs);
    const kept = await Promise.all(files.map(({ name }) => readFile(join(context.artifactsDir, name), 'latin1')));
    for (const secret of [PASSWORD, 'value of CANARY']) expect(kept.join('')).not.toContain(secret);
    expect(resultV1.parse(JSON.parse(kept[files.findIndex(({ name }) => name === 'result.v1.json')] ?? ''))).toEqual(
      measurement.result,
    );
    return { ...measurement, names: files.map(({ name }) => name), seen, printed };
  }

  it.skipIf(findProgram(['sysbench']) === undefined)(
    'sysbench: its report, its whole histogram, each second',
    async () => {
      const { summary, result, names, seen, printed } = await measured(sysbench);
      expect(summary).toMatchObject({
        tool: 'sysbench',
        toolVersion: '1.0.20',
        percentileSource: "the tool's histogram",
      });
      expect(summary.transactions).toBeGreaterThan(0);
      expect(result).toMatchObject({
        types: [{ name: 'oltp_read_write' }],
        histogram: { count: summary.transactions },
      });
      expect(result.warmupSeconds).toBeGreaterThanOrEqual(1);
      expect(result.series.points.length).toBeGreaterThanOrEqual(1);
      expect(names).toEqual(expect.arrayContaining(['sysbench.stdout.txt', 'init.stdout.txt', 'warm-up.stdout.txt']));
      expect(seen.map(({ activity }) => activity)).toEqual(expect.arrayContaining(['warming up', 'measuring']));
      expect(printed.some((line) => line.includes('transactions:'))).toBe(true);
    },
  );

  it.skipIf(findProgram(['go-tpc'], goPlaces()) === undefined)(
    'go-tpc: TPC-C by type, the password in no argument',
    async () => {
      const { summary, result, names } = await measured(goTpc);
      expect(summary).toMatchObject({ tool: 'go-tpc', latencyOf: 'new_order', estimated: ['latencyStddevMs'] });
      expect(summary.toolVersion).toMatch(/^v1\./);
      expect(result.types.map(({ name }) => name)).toEqual(expect.arrayContaining(['new_order', 'payment']));
      expect(result.types.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(summary.transactions);
      expect(names).toContain('go-tpc.stdout.txt');
      // Its workers give up, and it ends with 0.
      await psql(server, 'ALTER TABLE stock RENAME TO no_stock');
      const { context } = await attemptOf();
      await context.mayCreate();
      const again = workloadFor({ ...goTpc, warmupMs: 0 }).run(context, never);
      await expect(again).rejects.toMatchObject({
        code: 'TOOL_FAILED',
        where: expect.stringContaining('go-tpc') as string,
      });
    },
    120_000,
  );

  it('a command: the connection in its environment, JSON lines out, its words on standard error', async () => {
    const code = `psql -Atc 'SELECT 1' >&2; echo "$GREETING $BENCHBUS_DURATION_MS" >&2
      echo '{"type":"progress","done":0.5,"tps":7}' >&2
      echo "my token is $TOKEN" >&2
      echo '{"type":"tool","version":"0.1"}'
      for i in 1 2 3; do echo '{"type":"transaction","name":"a","latencyMs":'$i'}'; done`;
    const { summary, result, printed, seen } = await measured(script(code));
    expect(summary).toMatchObject({ tool: 'command', toolVersion: '0.1', transactions: 3, latencyP50Ms: 2 });
    expect(result.types).toMatchObject([{ name: 'a', transactions: 3 }]);
    expect(printed).toEqual(expect.arrayContaining(['1', 'hello 2000']));
    expect(seen).toContainEqual({ activity: 'measuring', done: 0.5, tps: 7 });
  });

  it.each([
    ['a line that is none', 'echo oops', { code: 'TOOL_OUTPUT_MALFORMED', where: 'command (measure), stdout line 1' }],
    ['nothing', 'true', { code: 'TOOL_OUTPUT_INCOMPLETE' }],
    ['its own failure', 'echo why >&2; exit 3', { code: 'TOOL_FAILED', message: 'why' }],
    ['a signal', 'kill -9 $$', { code: 'INTERRUPTED' }],
  ])('a command that ends with %s is a coded problem, and its output is kept', async (_, code, problem) => {
    const { context } = await attemptOf();
    const tool = workloadFor(script(code));
    await expect(tool.run(context, never)).rejects.toMatchObject(problem);
    const files = await tool.collect(context, { problem: { code: 'X', message: 'x' } });
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['command.stdout.txt', 'result.json']));
  });

  it.skipIf(findProgram(['sysbench']) === undefined)(
    'goes on while its runner is away, and is measured once',
    async () => {
      const stop = new AbortController();
      const measuring = Promise.withResolvers<void>();
      const { context } = await attemptOf({
        progress: ({ activity, tps }) => {
          if (activity === 'measuring' && tps !== undefined) measuring.resolve();
        },
      });
      const tool = workloadFor({ ...sysbench, warmupMs: 0, durationMs: 4000 });
      const first = tool.run(context, stop.signal);
      first.catch(() => undefined);
      await measuring.promise;
      stop.abort(new RunnerStopping());
      await expect(first).rejects.toBeInstanceOf(RunnerStopping);
      const { summary } = await tool.run(context, never);
      expect(summary.durationSeconds).toBeGreaterThanOrEqual(4);
      expect(Date.parse(summary.startedAt)).toBe((await stat(join(context.dir, 'measure/started'))).mtime.getTime());
    },
  );

  it('a command that is nowhere is missing before anything runs', async () => {
    const { context } = await attemptOf();
    const nowhere = { ...script(''), command: ['no-such-program'] };
    await expect(workloadFor(nowhere).run(context, never)).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
  });
});
