import { strict as assert } from 'node:assert';
import type { Case } from '../runner/case.ts';
import { untilAborted } from './until-aborted.ts';

/** After a kill another scheduler may have to wait until the lease of the old one has ended. */
const TIMEOUT_MS = 150_000;
const PATIENCE_MS = 60_000;

export const restart: readonly Case[] = [
  {
    name: 'restart/task-goes-on',
    expectation:
      'a task under way when the engine is killed goes on; its result counts, on the same worker id, without a retry',
    restarts: true,
    timeoutMs: TIMEOUT_MS,
    async run(t) {
      const begun = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const seen = { runs: 0 };
      const task = t.client.task({
        name: t.name('surviving'),
        executionTimeout: '5m',
        fn: async (_input: object, ctx) => {
          seen.runs += 1;
          begun.resolve();
          await release.promise;
          return { worker: ctx.worker.id() ?? '', retry: ctx.retryCount() };
        },
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await begun.promise;
      await t.untilStatus(id, 'RUNNING');
      await t.restartEngine();
      release.resolve();
      const { worker, retry } = await output;
      assert.equal(retry, 0);
      assert.equal(seen.runs, 1);
      await t.untilStatus(id, 'COMPLETED', PATIENCE_MS);
      const after = await t.run(task, {});
      assert.equal(after.worker, worker);
      await t.until(async () => {
        const listed = await t.listedWorkers();
        assert.deepEqual(
          listed.map(({ metadata, status }) => [metadata.id, status]),
          [[worker, 'ACTIVE']],
        );
      }, PATIENCE_MS);
    },
  },
  {
    name: 'restart/task-ends-meanwhile',
    expectation: 'a task that ends while its worker has no stream yet has its result counted once the engine is back',
    restarts: true,
    timeoutMs: TIMEOUT_MS,
    async run(t) {
      const begun = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const task = t.client.task({
        name: t.name('meanwhile'),
        executionTimeout: '5m',
        fn: async () => {
          begun.resolve();
          await release.promise;
          return { ok: true };
        },
      });
      await t.worker([task]);
      const { output } = await t.start(task, {});
      await begun.promise;
      const restarted = t.restartEngine();
      release.resolve();
      await restarted;
      assert.deepEqual(await output, { ok: true });
    },
  },
  {
    name: 'restart/queued-runs-survive',
    expectation: 'runs that wait when the engine is killed run afterwards, once each',
    restarts: true,
    timeoutMs: TIMEOUT_MS,
    async run(t) {
      const ran: number[] = [];
      const task = t.client.task({
        name: t.name('waiting'),
        fn: ({ n }: { n: number }) => {
          ran.push(n);
          return { n };
        },
      });
      await t.register([task]);
      const runs = [];
      for (const n of [0, 1, 2]) runs.push(await t.start(task, { n }));
      await t.restartEngine();
      await t.worker([task]);
      assert.deepEqual(await Promise.all(runs.map(({ output }) => output)), [{ n: 0 }, { n: 1 }, { n: 2 }]);
      assert.deepEqual(ran.toSorted(), [0, 1, 2]);
    },
  },
  {
    name: 'restart/parent-awaits-child',
    expectation: 'a parent that waits for its child over a restart of the engine gets its result',
    restarts: true,
    timeoutMs: TIMEOUT_MS,
    async run(t) {
      const begun = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const child = t.client.task({
        name: t.name('child'),
        executionTimeout: '5m',
        fn: async () => {
          begun.resolve();
          await release.promise;
          return { from: 'child' };
        },
      });
      const parent = t.client.task({
        name: t.name('parent'),
        executionTimeout: '5m',
        fn: async (_input: object, ctx) => ({
          from: (await child.run({}, { childKey: 'k' })).from,
          retry: ctx.retryCount(),
        }),
      });
      await t.worker([parent, child]);
      const { output } = await t.start(parent, {});
      await begun.promise;
      await t.restartEngine();
      release.resolve();
      assert.deepEqual(await output, { from: 'child', retry: 0 });
    },
  },
  {
    name: 'restart/cancel-reaches-worker',
    expectation:
      'a run that was under way can be cancelled after the restart, and its worker, once it is back, is told',
    restarts: true,
    timeoutMs: TIMEOUT_MS,
    async run(t) {
      const begun = Promise.withResolvers<void>();
      const aborted = Promise.withResolvers<void>();
      const task = t.client.task({
        name: t.name('doomed'),
        executionTimeout: '5m',
        fn: async ({ doomed }: { doomed: boolean }, ctx) => {
          if (!doomed) return {};
          begun.resolve();
          await untilAborted(ctx.abortController.signal);
          aborted.resolve();
          return {};
        },
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, { doomed: true });
      await begun.promise;
      await t.restartEngine();
      // What the worker does now shows that it is connected again: a cancel before that would not reach it.
      await t.run(task, { doomed: false });
      await t.client.runs.cancel({ ids: [id] });
      assert.deepEqual(await output, {});
      await aborted.promise;
    },
  },
  {
    name: 'restart/child-key-survives',
    expectation: 'a retried parent gets the child it started before the restart by its key',
    restarts: true,
    timeoutMs: TIMEOUT_MS,
    async run(t) {
      const seen = { runs: 0 };
      const first = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const child = t.client.task({
        name: t.name('child'),
        fn: () => {
          seen.runs += 1;
          return { run: seen.runs };
        },
      });
      const parent = t.client.task({
        name: t.name('parent'),
        executionTimeout: '5m',
        retries: 1,
        fn: async (_input: object, ctx) => {
          const { run } = await child.run({}, { childKey: 'k' });
          if (ctx.retryCount() > 0) return { run };
          first.resolve();
          await release.promise;
          throw new Error('once more');
        },
      });
      await t.worker([parent, child]);
      const { output } = await t.start(parent, {});
      await first.promise;
      await t.restartEngine();
      release.resolve();
      assert.deepEqual(await output, { run: 1 });
      assert.equal(seen.runs, 1);
    },
  },
  {
    name: 'restart/history-survives',
    expectation: 'results, metadata and the list of runs are there after the restart, and the token holds',
    restarts: true,
    timeoutMs: TIMEOUT_MS,
    async run(t) {
      const task = t.client.task({ name: t.name('kept'), fn: () => ({ kept: true }) });
      await t.worker([task]);
      const additionalMetadata = { kept: t.unique };
      const { id, output } = await t.start(task, {}, { additionalMetadata });
      await output;
      await t.untilStatus(id, 'COMPLETED');
      await t.restartEngine();
      assert.deepEqual(await t.client.runs.runRef(id).output, { [task.name]: { kept: true } });
      const { rows } = await t.client.runs.list({ additionalMetadata });
      assert.deepEqual(
        rows.map(({ metadata, status }) => [metadata.id, String(status)]),
        [[id, 'COMPLETED']],
      );
    },
  },
];
