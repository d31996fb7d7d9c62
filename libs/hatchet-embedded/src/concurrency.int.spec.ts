import { ConcurrencyLimitStrategy } from '@hatchet-dev/typescript-sdk/protoc/v1/workflows.js';
import { expect, test } from 'vitest';
import { engineFixture } from './testing/fixture.ts';
import { uniqueName } from './testing/sdk.ts';
import { untilStatus } from './testing/status.ts';

const fixture = engineFixture();

/** A task with one slot per `input.key` that waits until its `input.id` is released. */
function gatedTask(limitStrategy: ConcurrencyLimitStrategy, maxRuns = 1) {
  const { client } = fixture();
  const gates = new Map<string, PromiseWithResolvers<undefined>>();
  const gate = (id: string): PromiseWithResolvers<undefined> => {
    const known = gates.get(id) ?? Promise.withResolvers<undefined>();
    gates.set(id, known);
    return known;
  };
  const task = client.task({
    name: uniqueName('gated'),
    concurrency: { expression: 'input.key', maxRuns, limitStrategy },
    fn: async (input: { key: string; id: string }, ctx) => {
      const abort = new Promise((resolve) => ctx.abortController.signal.addEventListener('abort', resolve));
      await Promise.race([gate(input.id).promise, abort]);
      return { id: input.id };
    },
  });
  return { task, release: (id: string) => gate(id).resolve(undefined) };
}

test('CANCEL_NEWEST: the second of a key is cancelled, another key runs', async () => {
  const { client, workers } = fixture();
  const { task, release } = gatedTask(ConcurrencyLimitStrategy.CANCEL_NEWEST);
  await workers.start([task]);
  const first = await task.runNoWait({ key: 'k', id: '1' });
  await untilStatus(client, await first.getWorkflowRunId(), 'RUNNING');
  const second = await task.runNoWait({ key: 'k', id: '2' });
  expect(await second.output).toEqual({});
  const other = await task.runNoWait({ key: 'other', id: '3' });
  release('3');
  expect(await other.output).toEqual({ id: '3' });
  release('1');
  expect(await first.output).toEqual({ id: '1' });
  release('4');
  expect(await task.run({ key: 'k', id: '4' })).toEqual({ id: '4' });
});

test('CANCEL_NEWEST holds the slot also while no worker has taken the run', async () => {
  const { client, workers } = fixture();
  const { task, release } = gatedTask(ConcurrencyLimitStrategy.CANCEL_NEWEST);
  const worker = await workers.start([task]);
  await worker.pause();
  const first = await task.runNoWait({ key: 'k', id: '1' });
  const second = await task.runNoWait({ key: 'k', id: '2' });
  expect(await second.output).toEqual({});
  expect(await client.runs.get_status(await first.getWorkflowRunId())).toBe('QUEUED');
  await worker.unpause();
  release('1');
  expect(await first.output).toEqual({ id: '1' });
});

test('GROUP_ROUND_ROBIN: the rest waits and all run in order', async () => {
  const { client, workers } = fixture();
  const { task, release } = gatedTask(ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN);
  await workers.start([task]);
  const first = await task.runNoWait({ key: 'k', id: '1' });
  await untilStatus(client, await first.getWorkflowRunId(), 'RUNNING');
  const second = await task.runNoWait({ key: 'k', id: '2' });
  expect(await client.runs.get_status(await second.getWorkflowRunId())).toBe('QUEUED');
  release('1');
  await untilStatus(client, await second.getWorkflowRunId(), 'RUNNING');
  release('2');
  expect(await Promise.all([first.output, second.output])).toEqual([{ id: '1' }, { id: '2' }]);
});

test('CANCEL_IN_PROGRESS: the newest takes over from the running one', async () => {
  const { client, workers } = fixture();
  const { task, release } = gatedTask(ConcurrencyLimitStrategy.CANCEL_IN_PROGRESS);
  await workers.start([task]);
  const first = await task.runNoWait({ key: 'k', id: '1' });
  await untilStatus(client, await first.getWorkflowRunId(), 'RUNNING');
  const second = await task.runNoWait({ key: 'k', id: '2' });
  expect(await first.output).toEqual({});
  release('2');
  expect(await second.output).toEqual({ id: '2' });
});

test('the key may come from the additional metadata', async () => {
  const { client, workers } = fixture();
  const release = Promise.withResolvers<undefined>();
  const task = client.task({
    name: uniqueName('by-metadata'),
    concurrency: {
      expression: 'additional_metadata.run',
      maxRuns: 1,
      limitStrategy: ConcurrencyLimitStrategy.CANCEL_NEWEST,
    },
    fn: async () => {
      await release.promise;
      return { ran: true };
    },
  });
  await workers.start([task]);
  const first = await task.runNoWait({}, { additionalMetadata: { run: 'r' } });
  const second = await task.runNoWait({}, { additionalMetadata: { run: 'r' } });
  expect(await second.output).toEqual({});
  release.resolve(undefined);
  expect(await first.output).toEqual({ ran: true });
});

test.each([
  ['gives no string', 'input.number'],
  ['fails', 'input.missing.deeper'],
])('a key expression that %s fails the run', async (_what, expression) => {
  const { client, workers } = fixture();
  const task = client.task({
    name: uniqueName('bad-key'),
    concurrency: { expression, maxRuns: 1, limitStrategy: ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN },
    fn: (_input: { number: number }) => ({}),
  });
  await workers.start([task]);
  await expect(task.run({ number: 5 })).rejects.toEqual([expect.stringContaining('concurrency expression')]);
});
