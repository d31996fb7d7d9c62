import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { resultV1 } from '@benchbus/results';
import { exampleWorkload } from '@benchbus/suites/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { psql } from '../runtime/postgres/index.ts';
import { scratchNode, scratchServer, type ScratchServer } from '../testing/scratch.ts';
import { workloadContext } from '../testing/workload-context.ts';
import { workloadFor } from './index.ts';
import { collectAll, measureAll } from './repeats.ts';

const workload = exampleWorkload({ clients: 1, threads: 1, warmupMs: 0, durationMs: 1000 });
const repeat = { index: 1, times: 2, reset: 'none' } as const;
const never = new AbortController().signal;
let node: Awaited<ReturnType<typeof scratchNode>>;
let server: ScratchServer;

beforeAll(async () => {
  node = await scratchNode();
  server = await scratchServer(node.dir);
});
afterAll(() => node.dispose());

it('without a reset measures several times on the same data, each with its own output and result', async () => {
  const { context, seen } = await workloadContext(server, node.dir, 1);
  const tool = workloadFor(workload);
  const measured = await measureAll(tool, { workload, repeat }, context, never);
  const summaries = measured.all.map(({ summary }) => summary);
  expect(summaries).toHaveLength(2);
  expect(summaries[0]?.startedAt).not.toBe(summaries[1]?.startedAt);
  expect(seen.map(({ activity }) => activity)).toEqual(
    expect.arrayContaining(['measuring (1 of 2)', 'measuring (2 of 2)']),
  );
  // Loaded once: what the first measurement wrote was there in the second.
  const { connection, password } = context;
  const { bin } = server;
  const rows = await psql({ bin, connection, password }, 'SELECT count(*) FROM pgbench_history', never);
  expect(Number(rows)).toBe(summaries.reduce((sum, { transactions }) => sum + transactions, 0));

  const files = await collectAll(tool, repeat, context, measured.middle);
  const names = files.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.endsWith('init.txt'))).toEqual(['init.txt']);
  const result = async (name: string) =>
    resultV1.parse(JSON.parse(await readFile(join(context.artifactsDir, name), 'utf8')));
  const tps = summaries.map((each) => each.tps);
  for (const index of [1, 2]) {
    expect(names).toContain(`repeat-${index}.pgbench.stdout.txt`);
    expect(names).toContain(`repeat-${index}.transactions.log.gz`);
    const own = await result(`repeat-${index}.result.v1.json`);
    expect(own.total.tps).toBe(tps[index - 1]);
    expect(own.repeats).toEqual({ index, times: 2, reset: 'none' });
  }
  const whole = await result('result.v1.json');
  expect(whole.total.tps).toBe(Math.min(...tps));
  expect(whole.repeats?.metrics?.[0]).toMatchObject({ name: 'tps', greatest: Math.max(...tps) });

  // A runner that was killed and comes back runs nothing again.
  const begun = (await stat(join(context.dir, 'repeat-2/measure/started'))).mtimeMs;
  expect(await measureAll(tool, { workload, repeat }, context, never)).toEqual(measured);
  expect((await stat(join(context.dir, 'repeat-2/measure/started'))).mtimeMs).toBe(begun);
  expect(await collectAll(tool, repeat, context, measured.middle)).toEqual(files);
});

it('keeps what was measured before a failure', async () => {
  const failing = new AbortController();
  const { context } = await workloadContext(server, node.dir, 2, {
    progress: ({ activity }) => {
      if (activity === 'measuring (2 of 3)') failing.abort(new Error('enough'));
    },
  });
  const tool = workloadFor(workload);
  const measuring = measureAll(tool, { workload, repeat: { ...repeat, times: 3 } }, context, failing.signal);
  await expect(measuring).rejects.toThrow('enough');
  const problem = { code: 'CANCELLED', message: 'enough' };
  const names = (await collectAll(tool, { ...repeat, times: 3 }, context, { problem })).map(({ name }) => name);
  expect(names).toContain('repeat-1.result.json');
  const first = await readFile(join(context.artifactsDir, 'repeat-1.result.v1.json'), 'utf8');
  expect(resultV1.parse(JSON.parse(first)).total.transactions).toBeGreaterThan(0);
  expect(names).not.toContain('result.v1.json');
  expect(names).not.toContain('repeat-3.result.v1.json');
});
