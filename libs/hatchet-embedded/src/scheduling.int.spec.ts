import { WorkerLabelComparator } from '@hatchet-dev/typescript-sdk/protoc/v1/shared/trigger.js';
import { expect, test, vi } from 'vitest';
import { engineFixture } from './testing/fixture.ts';
import { uniqueName } from './testing/sdk.ts';
import { eventTypes, untilStatus } from './testing/status.ts';

const fixture = engineFixture();

/** A task that tells on which worker (by its label `node`) it ran. */
function whereTask(name: string, options: object = {}) {
  const { client } = fixture();
  return client.task({
    name,
    ...options,
    fn: (_input: object, ctx) => ({ node: String(ctx.worker.labels()['node']) }),
  });
}

test('a worker runs no more tasks at once than it has slots', async () => {
  const { client, workers } = fixture();
  let running = 0;
  let most = 0;
  const bothRun = Promise.withResolvers<undefined>();
  const task = client.task({
    name: uniqueName('slots'),
    fn: async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 2) bothRun.resolve(undefined);
      await bothRun.promise;
      running -= 1;
      return {};
    },
  });
  await workers.start([task], { slots: 2 });
  await task.run([{}, {}, {}, {}, {}, {}]);
  expect(most).toBe(2);
});

test('required labels given at trigger time choose the worker', async () => {
  const { workers } = fixture();
  const task = whereTask(uniqueName('labelled'));
  await workers.start([task], { labels: { node: 'a', run: 'r1' } });
  await workers.start([task], { labels: { node: 'b', run: 'r1' } });
  const nodes = ['a', 'b', 'a', 'b', 'b', 'a'];
  const results = await Promise.all(
    nodes.map((node) =>
      task.run(
        {},
        { desiredWorkerLabels: { run: { value: 'r1', required: true }, node: { value: node, required: true } } },
      ),
    ),
  );
  expect(results.map((result) => result.node)).toEqual(nodes);
});

test('labels at trigger time replace those of the task', async () => {
  const { workers } = fixture();
  const task = whereTask(uniqueName('replaced'), { desiredWorkerLabels: { node: { value: 'a', required: true } } });
  await workers.start([task], { labels: { node: 'a' } });
  await workers.start([task], { labels: { node: 'b' } });
  expect(await task.run({})).toEqual({ node: 'a' });
  expect(await task.run({}, { desiredWorkerLabels: { node: { value: 'b', required: true } } })).toEqual({ node: 'b' });
});

test('an optional label prefers by weight, and a comparator compares integers', async () => {
  const { workers } = fixture();
  const task = whereTask(uniqueName('weighed'));
  await workers.start([task], { labels: { node: 'small', memory: 4 } });
  await workers.start([task], { labels: { node: 'large', memory: 64 } });
  const desired = { memory: { value: 16, comparator: WorkerLabelComparator.GREATER_THAN_OR_EQUAL, weight: 10 } };
  const results = await Promise.all([1, 2, 3].map(() => task.run({}, { desiredWorkerLabels: desired })));
  expect(results.map((result) => result.node)).toEqual(['large', 'large', 'large']);
});

test('a run waits for the worker that gets the label later', async () => {
  const { client, workers } = fixture();
  const task = whereTask(uniqueName('upserted'));
  const worker = await workers.start([task], { labels: { node: 'a' } });
  const ref = await task.runNoWait({}, { desiredWorkerLabels: { ready: { value: 'yes', required: true } } });
  expect(await client.runs.get_status(await ref.getWorkflowRunId())).toBe('QUEUED');
  await worker.upsertLabels({ node: 'a', ready: 'yes' });
  expect(await ref.output).toEqual({ node: 'a' });
});

test('work is shared round robin among equals', async () => {
  const { workers } = fixture();
  const task = whereTask(uniqueName('robin'));
  await workers.start([task], { labels: { node: 'a' } });
  await workers.start([task], { labels: { node: 'b' } });
  const results = [];
  for (let i = 0; i < 4; i += 1) results.push((await task.run({})).node);
  expect(results.filter((node) => node === 'a')).toHaveLength(2);
});

test('a run nobody takes is cancelled at its schedule timeout, and its caller gets {}', async () => {
  const { client, workers } = fixture();
  const task = whereTask(uniqueName('unscheduled'), { scheduleTimeout: '1s' });
  await workers.start([task], { labels: { node: 'a' } });
  const ref = await task.runNoWait({}, { desiredWorkerLabels: { node: { value: 'nowhere', required: true } } });
  expect(await ref.output).toEqual({});
  const id = await ref.getWorkflowRunId();
  // As in the real engine: REST and gRPC disagree here.
  expect(await client.runs.get_status(id)).toBe('FAILED');
  expect((await client.runs.getDetails(id)).status).toBe('CANCELLED');
  expect(await eventTypes(client, id)).toContain('SCHEDULING_TIMED_OUT');
});

test('an execution timeout aborts the attempt and is retried', async () => {
  const { client, workers } = fixture();
  const aborted = Promise.withResolvers<boolean>();
  const task = client.task({
    name: uniqueName('timeout'),
    executionTimeout: '1s',
    retries: 1,
    fn: async (_input: object, ctx) => {
      if (ctx.retryCount() === 1) return { retry: 1 };
      await new Promise((resolve) => ctx.abortController.signal.addEventListener('abort', resolve));
      aborted.resolve(true);
      return { retry: 0 };
    },
  });
  await workers.start([task]);
  expect(await task.run({})).toEqual({ retry: 1 });
  expect(await aborted.promise).toBe(true);
});

test('without a retry an execution timeout fails with the text of the real engine', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('timeout'),
    executionTimeout: '1s',
    fn: async (_input: object, ctx) => {
      await new Promise((resolve) => ctx.abortController.signal.addEventListener('abort', resolve));
      return {};
    },
  });
  await workers.start([task]);
  await expect(task.run({})).rejects.toEqual(['Task exceeded timeout of 1s']);
});

test('refreshTimeout moves the execution timeout', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('refresh'),
    executionTimeout: '2s',
    fn: async (_input: object, ctx) => {
      const begun = Date.now();
      await ctx.refreshTimeout('30s');
      await new Promise((resolve) => setTimeout(resolve, 2_300)); // the work itself, longer than the first timeout
      return { longer: Date.now() - begun > 2_000 };
    },
  });
  await workers.start([task]);
  expect(await task.run({})).toEqual({ longer: true });
});

test('releaseSlot lets another task in', async () => {
  const { client, workers } = fixture();
  const secondDone = Promise.withResolvers<undefined>();
  const task = client.task({
    name: uniqueName('release'),
    fn: async (input: { first: boolean }, ctx) => {
      if (!input.first) {
        secondDone.resolve(undefined);
        return {};
      }
      await ctx.releaseSlot();
      await secondDone.promise;
      return {};
    },
  });
  await workers.start([task], { slots: 1 });
  await task.run([{ first: true }, { first: false }]);
});

test('a paused worker gets nothing until it is unpaused', async () => {
  const { client, workers } = fixture();
  const task = whereTask(uniqueName('paused'));
  const worker = await workers.start([task], { labels: { node: 'a' } });
  await worker.pause();
  expect(await worker.isPaused()).toBe(true);
  const ref = await task.runNoWait({});
  expect(await client.runs.get_status(await ref.getWorkflowRunId())).toBe('QUEUED');
  await worker.unpause();
  expect(await ref.output).toEqual({ node: 'a' });
});

test('a task that runs while its worker stops still reports, and the worker turns inactive', async () => {
  const { client, workers } = fixture();
  const release = Promise.withResolvers<undefined>();
  const started = Promise.withResolvers<undefined>();
  const task = client.task({
    name: uniqueName('leaving'),
    fn: async () => {
      started.resolve(undefined);
      await release.promise;
      return { done: true };
    },
  });
  const worker = await workers.start([task]);
  const ref = await task.runNoWait({});
  await started.promise;
  const stopped = worker.stop();
  const { data } = await vi.waitFor(async () => {
    const answer = await client.api.workerList(client.tenantId);
    const mine = answer.data.rows?.find((row) => row.name === worker.name);
    expect(mine?.status).not.toBe('ACTIVE');
    return answer;
  });
  expect(data.rows).toBeDefined();
  release.resolve(undefined);
  await stopped;
  expect(await ref.output).toEqual({ done: true });
  await untilStatus(client, await ref.getWorkflowRunId(), 'COMPLETED');
});
