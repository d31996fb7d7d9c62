import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from '../runner/case.ts';

/** A run that nobody has taken for so long waits: there is no event for what does not happen. */
const QUIET_MS = 3_000;

export const workers: readonly Case[] = [
  {
    name: 'workers/killed',
    expectation:
      'the task of a worker process that was killed goes to another worker after 30 s without heartbeat, as retry 1, although it has no retries',
    waits: true,
    timeoutMs: 120_000,
    async run(t) {
      const name = t.name('orphaned');
      const doomed = await t.workerProcess(name);
      const task = t.client.task({
        name,
        executionTimeout: '5m',
        fn: (_input: object, ctx) => ({ retry: ctx.retryCount() }),
      });
      const { id, output } = await t.start(task, {});
      await doomed.busy;
      await t.worker([task]);
      const killedAt = Date.now();
      await doomed.kill();
      assert.deepEqual(await output, { retry: 1 });
      // Counted from its last heartbeat, which on a busy machine may have been long before.
      assert.ok(Date.now() - killedAt >= 10_000, `reassigned after ${String(Date.now() - killedAt)} ms`);
      await t.until(async () => {
        assert.ok((await t.eventTypes(id)).includes('REASSIGNED'));
      });
    },
  },
  {
    name: 'workers/killed-gets-nothing',
    expectation: 'a killed worker gets no further runs: they go to the other one',
    async run(t) {
      const name = t.name('shared');
      const doomed = await t.workerProcess(name);
      const task = t.client.task({ name, fn: () => ({ by: 'living' }) });
      await t.start(task, {});
      await doomed.busy;
      await doomed.kill();
      await t.worker([task]);
      for (let count = 0; count < 3; count += 1) assert.deepEqual(await t.run(task, {}), { by: 'living' });
    },
  },
  {
    name: 'workers/graceful-stop',
    expectation: 'a stopping worker gets nothing new and finishes what it runs; the results count',
    async run(t) {
      const begun = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const task = t.client.task({
        name: t.name('stopping'),
        fn: async ({ wait }: { wait: boolean }, ctx) => {
          begun.resolve();
          if (wait) await release.promise;
          return { worker: String(ctx.worker.labels()['node']), retry: ctx.retryCount() };
        },
      });
      const first = await t.worker([task], { labels: { node: 'first' } });
      const running = await t.start(task, { wait: true });
      await begun.promise;
      const stopped = first.stop();
      await t.until(async () => {
        const [listed] = await t.listedWorkers();
        assert.notEqual(listed?.status, 'ACTIVE');
      });
      await t.worker([task], { labels: { node: 'second' } });
      for (let count = 0; count < 3; count += 1) {
        // The real engine may have given it to the stopping worker first, in vain: that counts as retries.
        assert.equal((await t.run(task, { wait: false })).worker, 'second');
      }
      release.resolve();
      assert.deepEqual(await running.output, { worker: 'first', retry: 0 });
      await stopped;
    },
  },
  {
    name: 'workers/pause',
    expectation:
      'a paused worker gets nothing more, some seconds later at the latest; its runs wait and go to it when it is unpaused',
    waits: true,
    async run(t) {
      const task = t.client.task({ name: t.name('paused'), fn: () => ({ ok: true }) });
      const worker = await t.worker([task]);
      await t.run(task, {});
      await worker.pause();
      assert.equal(await worker.isPaused(), true);
      let waiting = Promise.resolve({ ok: true });
      await t.until(async () => {
        const { output } = await t.start(task, {});
        const first = await Promise.race([output, delay(QUIET_MS, 'waits')]);
        assert.equal(first, 'waits');
        waiting = output;
      }, 30_000);
      await worker.unpause();
      assert.deepEqual(await waiting, { ok: true });
    },
  },
  {
    name: 'workers/slots',
    expectation: 'a worker with 2 slots never has more than 2 tasks at once, and all 8 runs end',
    async run(t) {
      const seen = { now: 0, most: 0 };
      const two = Promise.withResolvers<void>();
      const task = t.client.task({
        name: t.name('slots'),
        fn: async ({ n }: { n: number }) => {
          seen.now += 1;
          seen.most = Math.max(seen.most, seen.now);
          if (seen.now === 2) two.resolve();
          await two.promise;
          await new Promise((resolve) => setImmediate(resolve));
          seen.now -= 1;
          return { n };
        },
      });
      await t.worker([task], { slots: 2 });
      const inputs = Array.from({ length: 8 }, (_, n) => ({ n }));
      const runs = [];
      for (const input of inputs) runs.push(await t.start(task, input));
      assert.deepEqual(await Promise.all(runs.map(({ output }) => output)), inputs);
      assert.equal(seen.most, 2);
    },
  },
  {
    name: 'workers/priority',
    expectation: 'of waiting runs those of higher priority go first, equal ones in their order',
    async run(t) {
      const order: string[] = [];
      const task = t.client.task({
        name: t.name('priority'),
        fn: ({ id }: { id: string }) => {
          order.push(id);
          return { id };
        },
      });
      await t.register([task]);
      const runs = [];
      for (const [id, priority] of [
        ['low', 1],
        ['middle', 2],
        ['high', 3],
        ['low-2', 1],
      ] as const) {
        runs.push(await t.start(task, { id }, { priority }));
      }
      await t.worker([task], { slots: 1 });
      await Promise.all(runs.map(({ output }) => output));
      assert.deepEqual(order, ['high', 'middle', 'low', 'low-2']);
    },
  },
  {
    name: 'workers/release-slot',
    expectation: 'a task may give its slot back: it goes on, and its result counts',
    async run(t) {
      const task = t.client.task({
        name: t.name('releasing'),
        fn: async (_input: object, ctx) => {
          await ctx.releaseSlot();
          return { released: true };
        },
      });
      await t.worker([task], { slots: 1 });
      assert.deepEqual(await t.run(task, {}), { released: true });
      assert.deepEqual(await t.run(task, {}), { released: true });
    },
  },
];
