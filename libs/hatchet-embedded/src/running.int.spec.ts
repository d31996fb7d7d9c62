import { setTimeout as delay } from 'node:timers/promises';
import { NonRetryableError } from '@hatchet-dev/typescript-sdk';
import { expect, test, vi } from 'vitest';
import {
  AdminServiceDefinition,
  type CreateWorkflowVersionRequest,
} from '@hatchet-dev/typescript-sdk/protoc/v1/workflows.js';
import { engineFixture } from './testing/fixture.ts';
import { putRequest, rawClient } from './testing/raw.ts';
import { uniqueName } from './testing/sdk.ts';

const fixture = engineFixture();

async function putWorkflow(request: CreateWorkflowVersionRequest) {
  const { engine } = fixture();
  const { client, channel } = rawClient(engine, engine.token, AdminServiceDefinition);
  try {
    return await client.putWorkflow(request);
  } finally {
    channel.close();
  }
}

test('a task gets its input and metadata, and its result comes back', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('Echo'),
    fn: (input: { text: string }, ctx) => ({
      text: input.text,
      metadata: ctx.additionalMetadata(),
      retry: ctx.retryCount(),
    }),
  });
  await workers.start([task]);
  const result = await task.run({ text: 'hällo' }, { additionalMetadata: { suite: 's1' } });
  expect(result).toEqual({ text: 'hällo', metadata: { suite: 's1' }, retry: 0 });
});

test('runMany answers in the order of its inputs', async () => {
  const { client, workers } = fixture();
  const task = client.task({ name: uniqueName('double'), fn: (input: { n: number }) => ({ n: input.n * 2 }) });
  await workers.start([task], { slots: 3 });
  const results = await task.run(Array.from({ length: 20 }, (_, n) => ({ n })));
  expect(results).toEqual(Array.from({ length: 20 }, (_, n) => ({ n: n * 2 })));
});

test('a result can be awaited after the run has ended', async () => {
  const { client, workers } = fixture();
  const task = client.task({ name: uniqueName('late'), fn: () => ({ ok: true }) });
  await workers.start([task]);
  const ref = await task.runNoWait({});
  const id = await ref.getWorkflowRunId();
  await vi.waitFor(async () => expect(await client.runs.get_status(id)).toBe('COMPLETED'), { timeout: 10_000 });
  expect(await ref.output).toEqual({ ok: true });
});

test('an unknown workflow is refused', async () => {
  const { client } = fixture();
  const task = client.task({ name: uniqueName('nobody'), fn: () => ({}) });
  await expect(task.run({})).rejects.toThrow(/not registered/);
});

test('a failing task is tried retries + 1 times and rejects with the texts of its errors', async () => {
  const { client, workers } = fixture();
  const attempts: number[] = [];
  const task = client.task({
    name: uniqueName('failing'),
    retries: 2,
    fn: (_input: object, ctx): { never?: true } => {
      attempts.push(ctx.retryCount());
      throw new Error(`attempt ${String(ctx.retryCount())}`);
    },
  });
  await workers.start([task]);
  const error: unknown = await task.run({}).catch((reason: unknown) => reason);
  expect(attempts).toEqual([0, 1, 2]);
  expect(error).toHaveLength(1);
  const [text] = error as [string];
  expect(JSON.parse(text)).toMatchObject({ message: 'attempt 2' });
});

test('a retry can succeed', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('flaky'),
    retries: 1,
    fn: (_input: object, ctx) => {
      if (ctx.retryCount() === 0) throw new Error('first');
      return { attempt: ctx.retryCount() };
    },
  });
  await workers.start([task]);
  expect(await task.run({})).toEqual({ attempt: 1 });
});

test('a non-retryable error ends the run at once', async () => {
  const { client, workers } = fixture();
  let attempts = 0;
  const task = client.task({
    name: uniqueName('final'),
    retries: 5,
    fn: (): { never?: true } => {
      attempts += 1;
      throw new NonRetryableError('no way');
    },
  });
  await workers.start([task]);
  await expect(task.run({})).rejects.toEqual([expect.stringContaining('no way')]);
  expect(attempts).toBe(1);
});

test('back-off delays a retry by factor ^ attempt seconds', async () => {
  const { client, workers } = fixture();
  const times: number[] = [];
  const task = client.task({
    name: uniqueName('backoff'),
    retries: 1,
    backoff: { factor: 1, maxSeconds: 5 },
    fn: () => {
      times.push(Date.now());
      if (times.length === 1) throw new Error('first');
      return {};
    },
  });
  await workers.start([task]);
  await task.run({});
  const [first = 0, second = 0] = times;
  expect(second - first).toBeGreaterThanOrEqual(1_000);
});

test('runs of higher priority go first', async () => {
  const { client, workers } = fixture();
  const order: string[] = [];
  const task = client.task({
    name: uniqueName('priority'),
    fn: (input: { id: string }) => {
      order.push(input.id);
      return {};
    },
  });
  const worker = await workers.start([task], { slots: 1 });
  await worker.pause();
  const refs = [];
  for (const [id, priority] of [
    ['low', 1],
    ['mid', 2],
    ['high', 3],
    ['low2', 1],
  ] as const) {
    refs.push(await task.runNoWait({ id }, { priority }));
  }
  await worker.unpause();
  await Promise.all(refs.map((ref) => ref.output));
  expect(order).toEqual(['high', 'mid', 'low', 'low2']);
});

test('logs are kept and listed', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('logging'),
    fn: async (_input: object, ctx) => {
      await ctx.logger.info('one');
      await ctx.logger.warn('two');
      return {};
    },
  });
  await workers.start([task]);
  const ref = await task.runNoWait({});
  await ref.output;
  const id = await ref.getWorkflowRunId();
  await vi.waitFor(
    async () => {
      const { rows = [] } = await client.logs.list(id);
      expect(rows.map((row) => [row.message, row.level])).toEqual([
        ['one', 'INFO'],
        ['two', 'WARN'],
      ]);
    },
    { timeout: 10_000 },
  );
});

test('stream chunks reach a subscriber, and the stream ends with the run', async () => {
  const { client, workers } = fixture();
  const subscribed = new AbortController();
  const task = client.task({
    name: uniqueName('streaming'),
    fn: async (_input: object, ctx) => {
      // The SDK does not tell when it is subscribed: the first chunk that arrives does.
      while (!subscribed.signal.aborted) {
        await ctx.putStream('hello');
        await delay(20);
      }
      await ctx.putStream('a');
      await ctx.putStream('b');
      return {};
    },
  });
  await workers.start([task]);
  const ref = await task.runNoWait({});
  const chunks: string[] = [];
  for await (const chunk of client.runs.subscribeToStream(await ref.getWorkflowRunId())) {
    subscribed.abort();
    chunks.push(chunk);
  }
  await ref.output;
  expect(chunks.filter((chunk) => chunk !== 'hello').toSorted()).toEqual(['a', 'b']);
});

test('run details over gRPC', async () => {
  const { client, workers } = fixture();
  const name = uniqueName('detailed');
  const task = client.task({ name, fn: (input: { n: number }) => ({ n: input.n }) });
  await workers.start([task]);
  const ref = await task.runNoWait({ n: 7 }, { additionalMetadata: { k: 'v' } });
  await ref.output;
  const details = await client.runs.getDetails(ref);
  expect(details).toMatchObject({ done: true, status: 'COMPLETED', input: { n: 7 }, additionalMetadata: { k: 'v' } });
  expect(details.taskRuns[name]).toMatchObject({ output: { n: 7 }, status: 'COMPLETED' });
});

test('events are stored and trigger nothing', async () => {
  const { client } = fixture();
  const key = uniqueName('user:created');
  const event = await client.events.push(key, { id: 1 });
  expect(event.eventId).toMatch(/^[0-9a-f-]{36}$/);
  const { data } = await client.api.v1EventList(client.tenantId);
  expect(data.rows?.map((row) => row.key)).toContain(key);
});

test.each([
  ['durable tasks', 'durable'],
  ['cron triggers', 'cron'],
  ['event triggers', 'event'],
  ['DAGs', 'dag'],
] as const)('PutWorkflow refuses %s with a sentence', async (what, kind) => {
  const { client } = fixture();
  const workflow = client.workflow({
    name: uniqueName('refused'),
    ...(kind === 'cron' ? { onCrons: ['* * * * *'] } : {}),
    ...(kind === 'event' ? { onEvents: ['x'] } : {}),
  });
  if (kind === 'durable') workflow.durableTask({ name: 'one', fn: () => ({}) });
  else workflow.task({ name: 'one', fn: () => ({}) });
  if (kind === 'dag') workflow.task({ name: 'two', fn: () => ({}) });
  await expect(putWorkflow(putRequest(workflow))).rejects.toThrow(new RegExp(`UNIMPLEMENTED.*${what}`));
});

test('the same definition twice is one version, a changed one is the next', async () => {
  const { client } = fixture();
  const workflow = client.workflow({ name: uniqueName('versioned') });
  workflow.task({ name: 'one', fn: () => ({}) });
  const request = putRequest(workflow);
  const first = await putWorkflow(request);
  expect(await putWorkflow(request)).toEqual(first);
  const changed = await putWorkflow({ ...request, description: 'changed' });
  expect(changed.workflowId).toBe(first.workflowId);
  expect(changed.id).not.toBe(first.id);
});
