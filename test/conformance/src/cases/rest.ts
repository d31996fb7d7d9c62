import { strict as assert } from 'node:assert';
import type { Case } from '../runner/case.ts';
import { untilAborted } from './until-aborted.ts';

export const rest: readonly Case[] = [
  {
    name: 'rest/metadata',
    expectation: 'additional metadata reaches the task, the details of the run and the list',
    async run(t) {
      const task = t.client.task({
        name: t.name('meta'),
        fn: (_input: object, ctx) => ({ seen: ctx.additionalMetadata() as Record<string, string> }),
      });
      await t.worker([task]);
      const additionalMetadata = { suite: t.unique, node: 'n1' };
      const { id, output } = await t.start(task, {}, { additionalMetadata });
      // The real engine adds a traceparent.
      assert.partialDeepStrictEqual((await output).seen, additionalMetadata);
      await t.until(async () => {
        const { run } = await t.client.runs.get(id);
        assert.partialDeepStrictEqual(run.additionalMetadata, additionalMetadata);
      });
    },
  },
  {
    name: 'rest/list-by-metadata',
    expectation: 'the list of runs is narrowed by metadata (one of the pairs must hold) and by status',
    async run(t) {
      const task = t.client.task({
        name: t.name('listed'),
        fn: ({ fails }: { fails: boolean }): { ok: boolean } => {
          if (fails) throw new Error('as told');
          return { ok: true };
        },
      });
      await t.worker([task]);
      const suite = t.unique;
      const ids = new Map<string, string>();
      for (const run of ['a', 'b']) {
        const { id, output } = await t.start(task, { fails: run === 'b' }, { additionalMetadata: { suite, run } });
        ids.set(run, id);
        await output.catch(() => undefined);
      }
      const listed = async (additionalMetadata: Record<string, string>, statuses: string[] = []) => {
        const { rows } = await t.client.runs.list({ additionalMetadata, statuses: statuses as never });
        return rows.map(({ metadata }) => metadata.id).toSorted();
      };
      const [a = '', b = ''] = [ids.get('a'), ids.get('b')];
      await t.untilStatus(a, 'COMPLETED');
      await t.untilStatus(b, 'FAILED');
      assert.deepEqual(await listed({ suite }), [a, b].toSorted());
      assert.deepEqual(await listed({ suite, run: 'a' }), [a, b].toSorted());
      assert.deepEqual(await listed({ suite }, ['FAILED']), [b]);
      assert.deepEqual(await listed({ suite: `${suite}-not` }), []);
    },
  },
  {
    name: 'rest/details',
    expectation: 'the details of a run show its input, output, times and its one task, whose id is the id of the run',
    async run(t) {
      const task = t.client.task({ name: t.name('detailed'), fn: ({ n }: { n: number }) => ({ n: n + 1 }) });
      await t.worker([task]);
      const { id, output } = await t.start(task, { n: 1 });
      await output;
      await t.untilStatus(id, 'COMPLETED');
      await t.until(async () => {
        const { run, tasks } = await t.client.runs.get(id);
        assert.equal(run.metadata.id, id);
        assert.deepEqual(run.input, asPayload({ n: 1 }));
        assert.deepEqual(run.output, { n: 2 });
        assert.ok(Date.parse(run.finishedAt ?? '') >= Date.parse(run.startedAt ?? ''));
        assert.equal(tasks.length, 1);
        assert.equal(tasks[0]?.taskExternalId, id);
        assert.equal(String(tasks[0].status), 'COMPLETED');
      });
    },
  },
  {
    name: 'rest/details-grpc',
    expectation: 'the details over gRPC show status, input, output and metadata',
    async run(t) {
      const task = t.client.task({ name: t.name('detailed'), fn: ({ n }: { n: number }) => ({ n: n + 1 }) });
      await t.worker([task]);
      const { id, output } = await t.start(task, { n: 1 }, { additionalMetadata: { k: 'v' } });
      await output;
      const details = await t.client.runs.getDetails(id);
      assert.equal(details.done, true);
      assert.equal(String(details.status), 'COMPLETED');
      assert.deepEqual(details.input, { n: 1 });
      assert.partialDeepStrictEqual(details.additionalMetadata, { k: 'v' });
      assert.deepEqual(details.taskRuns[task.name]?.output, { n: 2 });
    },
  },
  {
    name: 'rest/status-and-events',
    expectation: 'a run is QUEUED, RUNNING and COMPLETED, and its events say so',
    async run(t) {
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const task = t.client.task({
        name: t.name('stages'),
        fn: async () => {
          await release.promise;
          return {};
        },
      });
      await t.register([task]);
      const { id, output } = await t.start(task, {});
      await t.untilStatus(id, 'QUEUED');
      await t.worker([task]);
      await t.untilStatus(id, 'RUNNING');
      release.resolve();
      await output;
      await t.untilStatus(id, 'COMPLETED');
      await t.until(async () => {
        const types = await t.eventTypes(id);
        const named = ['QUEUED', 'ASSIGNED', 'SENT_TO_WORKER', 'STARTED', 'FINISHED'];
        assert.deepEqual(
          types.filter((type) => named.includes(type)),
          named,
        );
      });
    },
  },
  {
    name: 'rest/failed-details',
    expectation: 'the details of a failed run show its error',
    async run(t) {
      const task = t.client.task({
        name: t.name('failed'),
        fn: (): { never?: true } => {
          throw new Error('the reason');
        },
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await output.catch(() => undefined);
      await t.untilStatus(id, 'FAILED');
      await t.until(async () => {
        const { run, tasks } = await t.client.runs.get(id);
        assert.match(run.errorMessage ?? '', /the reason/);
        assert.match(tasks[0]?.errorMessage ?? '', /the reason/);
      });
    },
  },
  {
    name: 'rest/cancel-by-metadata',
    expectation: 'runs are cancelled by their metadata, others are not',
    async run(t) {
      const task = t.client.task({
        name: t.name('many'),
        executionTimeout: '5m',
        fn: async ({ n }: { n: number }, ctx) => {
          if (n < 2) await untilAborted(ctx.abortController.signal);
          else await release.promise;
          return { n };
        },
      });
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      await t.worker([task]);
      const runs = [];
      for (const n of [0, 1, 2]) {
        const group = `${n < 2 ? 'doomed' : 'spared'}-${t.unique}`;
        runs.push(await t.start(task, { n }, { additionalMetadata: { group } }));
      }
      for (const { id } of runs) await t.untilStatus(id, 'RUNNING');
      const filters = {
        since: new Date(Date.now() - 600_000),
        additionalMetadata: { group: `doomed-${t.unique}` },
      };
      await t.client.runs.cancel({ filters });
      assert.deepEqual(await Promise.all(runs.slice(0, 2).map(({ output }) => output)), [{}, {}]);
      release.resolve();
      assert.deepEqual(await runs[2]?.output, { n: 2 });
    },
  },
  {
    name: 'rest/replay',
    expectation: 'a replayed run runs again under its id, with the next retry count, and its new result counts',
    async run(t) {
      const seen = { runs: 0 };
      const task = t.client.task({
        name: t.name('replayed'),
        fn: (_input: object, ctx): { retry: number } => {
          seen.runs += 1;
          if (seen.runs === 1) throw new Error('first');
          return { retry: ctx.retryCount() };
        },
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await output.catch(() => undefined);
      await t.untilStatus(id, 'FAILED');
      await t.client.runs.replay({ ids: [id] });
      await t.untilStatus(id, 'COMPLETED');
      assert.deepEqual(await t.client.runs.runRef(id).output, { [task.name]: { retry: 1 } });
      assert.equal(seen.runs, 2);
    },
  },
  {
    name: 'rest/logs',
    expectation: 'what a task logs is listed with its level, in its order',
    async run(t) {
      const task = t.client.task({
        name: t.name('logging'),
        fn: async (_input: object, ctx) => {
          await ctx.logger.info('one');
          await ctx.logger.warn('two');
          return {};
        },
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await output;
      const taskId = await t.client.runs.getTaskExternalId(id);
      await t.until(async () => {
        const { rows = [] } = await t.client.logs.list(taskId, { orderByDirection: 'ASC' as never });
        assert.deepEqual(
          rows.map(({ message, level }) => [message, String(level)]),
          [
            ['one', 'INFO'],
            ['two', 'WARN'],
          ],
        );
      });
    },
  },
  {
    name: 'rest/workers-with-labels',
    expectation: 'workers are shown with their labels and slots',
    async run(t) {
      const task = t.client.task({ name: t.name('labelled'), fn: () => ({}) });
      await t.worker([task], { labels: { node: 'n1', cores: 8 }, slots: 5 });
      await t.until(async () => {
        const [listed] = await t.listedWorkers();
        const worker = await t.client.workers.get(listed?.metadata.id ?? '');
        const labels = Object.fromEntries((worker.labels ?? []).map(({ key, value }) => [key, value]));
        assert.equal(labels['node'], 'n1');
        assert.equal(labels['cores'], '8');
        assert.equal(worker.slotConfig?.['default']?.limit, 5);
      });
    },
  },
  {
    name: 'rest/workflows-by-name',
    expectation: 'a workflow is found by its name',
    async run(t) {
      const task = t.client.task({ name: t.name('found'), fn: () => ({}) });
      await t.worker([task]);
      assert.equal((await t.client.workflows.get(task.name)).name, task.name);
    },
  },
  {
    name: 'rest/run-many-in-order',
    expectation: 'runMany answers in the order of its inputs',
    async run(t) {
      const task = t.client.task({ name: t.name('double'), fn: ({ n }: { n: number }) => ({ n: n * 2 }) });
      await t.worker([task], { slots: 3 });
      const inputs = Array.from({ length: 20 }, (_, n) => ({ n }));
      assert.deepEqual(
        await task.run(inputs),
        inputs.map(({ n }) => ({ n: n * 2 })),
      );
    },
  },
  {
    name: 'rest/await-finished',
    expectation: 'the result of a finished run can be awaited, by another client, too',
    async run(t) {
      const task = t.client.task({ name: t.name('late'), fn: () => ({ ok: true }) });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await t.untilStatus(id, 'COMPLETED');
      assert.deepEqual(await output, { ok: true });
      assert.deepEqual(await t.client.runs.runRef(id).output, { [task.name]: { ok: true } });
    },
  },
  {
    name: 'rest/stream',
    expectation: 'what a task streams reaches a subscriber of its run, and the stream ends with the run',
    async run(t) {
      const subscribed = Promise.withResolvers<void>();
      const all = Promise.withResolvers<void>();
      const task = t.client.task({
        name: t.name('streaming'),
        fn: async (_input: object, ctx) => {
          await untilHeard(() => ctx.putStream('hello'), subscribed.promise);
          for (const chunk of ['a', 'b', 'c']) await ctx.putStream(chunk);
          await all.promise; // the SDK does not wait until a chunk has arrived, and the stream ends with the run
          return {};
        },
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      const chunks = new Set<string>();
      for await (const chunk of t.client.runs.subscribeToStream(id)) {
        subscribed.resolve();
        chunks.add(chunk);
        if (['a', 'b', 'c'].every((each) => chunks.has(each))) all.resolve();
      }
      await output;
      assert.deepEqual(chunks, new Set(['hello', 'a', 'b', 'c']));
    },
  },
  {
    name: 'rest/push-event',
    expectation: 'a pushed event gets an id and is listed',
    async run(t) {
      const key = t.name('event');
      const { eventId } = await t.client.events.push(key, { id: 1 });
      await t.until(async () => {
        const { data } = await t.client.api.v1EventList(t.client.tenantId, { keys: [key] });
        assert.deepEqual(
          data.rows?.map(({ metadata, key: listed }) => [metadata.id, listed]),
          [[eventId, key]],
        );
      });
    },
  },
];

/** The input as REST shows it: what a worker gets. */
const asPayload = (input: object) => ({
  input,
  overrides: null,
  parents: {},
  triggered_by: 'manual',
  triggers: { filter_payload: null },
  user_data: null,
});

/** Says hello until somebody has heard it: the SDK does not tell when it is subscribed. */
async function untilHeard(say: () => Promise<unknown>, heard: Promise<void>): Promise<void> {
  const stop = new AbortController();
  void heard.then(() => stop.abort());
  while (!stop.signal.aborted) {
    await say();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
