import { expect, test } from 'vitest';
import { engineFixture } from './testing/fixture.ts';
import { uniqueName } from './testing/sdk.ts';
import { eventTypes, untilStatus } from './testing/status.ts';

const fixture = engineFixture();

test('cancelling a running task aborts it, frees its slot, and its caller gets {}', async () => {
  const { client, workers } = fixture();
  const aborted = Promise.withResolvers<boolean>();
  const started = Promise.withResolvers<undefined>();
  const task = client.task({
    name: uniqueName('cancelled'),
    retries: 3,
    fn: async (input: { wait: boolean }, ctx) => {
      if (!input.wait) return { second: true };
      started.resolve(undefined);
      await new Promise((resolve) => ctx.abortController.signal.addEventListener('abort', resolve));
      aborted.resolve(true);
      return { second: false };
    },
  });
  await workers.start([task], { slots: 1 });
  const ref = await task.runNoWait({ wait: true });
  await started.promise;
  const id = await ref.getWorkflowRunId();
  const { data } = await client.runs.cancel({ ids: [id] });
  expect(data.ids).toEqual([id]);
  expect(await ref.output).toEqual({});
  expect(await aborted.promise).toBe(true);
  expect(await client.runs.get_status(id)).toBe('CANCELLED');
  expect(await task.run({ wait: false })).toEqual({ second: true });
});

test('a queued run can be cancelled by a filter on its metadata', async () => {
  const { client } = fixture();
  const task = client.task({ name: uniqueName('queued'), fn: () => ({}) });
  const worker = await fixture().workers.start([task]);
  await worker.pause();
  const hit = await task.runNoWait({}, { additionalMetadata: { group: 'x1' } });
  const miss = await task.runNoWait({}, { additionalMetadata: { group: 'x2' } });
  await client.runs.cancel({ filters: { since: new Date(Date.now() - 60_000), additionalMetadata: { group: 'x1' } } });
  expect(await hit.output).toEqual({});
  expect(await client.runs.get_status(await miss.getWorkflowRunId())).toBe('QUEUED');
  await client.runs.cancel({ ids: [await miss.getWorkflowRunId()] });
});

test('cancelling a completed run: REST shows it as before, gRPC and whoever awaits it as cancelled, until it is replayed', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('finished'),
    fn: (_input: object, ctx) => ({ retry: ctx.retryCount() }),
  });
  await workers.start([task]);
  const ref = await task.runNoWait({});
  await ref.output;
  const id = await ref.getWorkflowRunId();
  await client.runs.cancel({ ids: [id] });
  const { run } = await client.runs.get(id);
  expect(run).toMatchObject({ status: 'COMPLETED', output: { retry: 0 } });
  const details = await client.runs.getDetails(id);
  expect(details).toMatchObject({ status: 'CANCELLED', done: true });
  expect(details.taskRuns[task.name]?.output).toBeFalsy();
  expect(await client.runs.runRef(id).output).toEqual({ [task.name]: {} });
  await client.runs.replay({ ids: [id] });
  expect(await client.runs.runRef(id).output).toEqual({ [task.name]: { retry: 1 } });
  expect((await client.runs.getDetails(id)).status).toBe('COMPLETED');
});

test('cancelling a failed run: whoever awaits it still gets its error', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('failed'),
    fn: (): { never?: true } => {
      throw new Error('the reason');
    },
  });
  await workers.start([task]);
  const ref = await task.runNoWait({});
  await ref.output.catch(() => undefined);
  const id = await ref.getWorkflowRunId();
  await client.runs.cancel({ ids: [id] });
  expect(await client.runs.get_status(id)).toBe('FAILED');
  expect((await client.runs.getDetails(id)).status).toBe('CANCELLED');
  await expect(client.runs.runRef(id).output).rejects.toEqual([expect.stringContaining('the reason')]);
});

test('ctx.cancel() ends the run as cancelled', async () => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('self-cancel'),
    fn: async (_input: object, ctx) => {
      await ctx.cancel();
      return { never: true };
    },
  });
  await workers.start([task]);
  expect(await task.run({})).toEqual({});
});

test('a replay runs the same run again, with fresh retries and a higher attempt number', async () => {
  const { client, workers } = fixture();
  const attempts: number[] = [];
  const task = client.task({
    name: uniqueName('replayed'),
    retries: 1,
    fn: (_input: object, ctx) => {
      attempts.push(ctx.retryCount());
      if (attempts.length <= 3) throw new Error('not yet');
      return { attempt: ctx.retryCount() };
    },
  });
  await workers.start([task]);
  const ref = await task.runNoWait({});
  const id = await ref.getWorkflowRunId();
  await untilStatus(client, id, 'FAILED');
  await client.runs.replay({ ids: [id] });
  await untilStatus(client, id, 'COMPLETED');
  expect(attempts).toEqual([0, 1, 2, 3]);
  expect(await client.runs.runRef(id).output).toEqual({ [task.name]: { attempt: 3 } });
  expect(await eventTypes(client, id)).toContain('RETRIED_BY_USER');
});

test('a running run is not replayed', async () => {
  const { client, workers } = fixture();
  const release = Promise.withResolvers<undefined>();
  const started = Promise.withResolvers<undefined>();
  const task = client.task({
    name: uniqueName('busy'),
    fn: async () => {
      started.resolve(undefined);
      await release.promise;
      return {};
    },
  });
  await workers.start([task]);
  const ref = await task.runNoWait({});
  await started.promise;
  const { data } = await client.runs.replay({ ids: [await ref.getWorkflowRunId()] });
  expect(data.ids).toEqual([]);
  release.resolve(undefined);
  await ref.output;
});
