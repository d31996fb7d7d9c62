import { strict as assert } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { Case } from '../runner/case.ts';
import type { CaseContext } from '../runner/context.ts';
import { untilAborted } from './until-aborted.ts';

/** A task that runs until it is told to stop; `begun` and `aborted` say how far it is. */
function endless(t: CaseContext, options: { retries?: number; executionTimeout?: '3s' | '5m' } = {}) {
  const begun = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const task = t.client.task({
    name: t.name('endless'),
    executionTimeout: '5m',
    ...options,
    fn: async (_input: object, ctx) => {
      begun.resolve();
      await untilAborted(ctx.abortController.signal);
      aborted.resolve();
      return { late: true };
    },
  });
  return { task, begun: begun.promise, aborted: aborted.promise };
}

export const endings: readonly Case[] = [
  {
    name: 'endings/cancel-running',
    expectation:
      'a cancelled run ends as CANCELLED with the result {}; its worker is told, and what its task then returns is ignored',
    async run(t) {
      const { task, begun, aborted } = endless(t, { retries: 2 });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await begun;
      await t.client.runs.cancel({ ids: [id] });
      assert.deepEqual(await output, {});
      await aborted;
      await t.untilStatus(id, 'CANCELLED');
      const { tasks } = await t.client.runs.get(id);
      assert.equal(tasks[0]?.retryCount, 0);
    },
  },
  {
    name: 'endings/cancel-queued',
    expectation: 'a run that waits for a worker is cancelled the same way, and never runs',
    async run(t) {
      const seen = { runs: 0 };
      const task = t.client.task({
        name: t.name('queued'),
        fn: () => {
          seen.runs += 1;
          return {};
        },
      });
      await t.register([task]);
      const { id, output } = await t.start(task, {});
      await t.untilStatus(id, 'QUEUED');
      await t.client.runs.cancel({ ids: [id] });
      assert.deepEqual(await output, {});
      await t.untilStatus(id, 'CANCELLED');
      await t.worker([task]);
      await t.run(task, {});
      assert.equal(seen.runs, 1);
    },
  },
  {
    name: 'endings/cancel-finished',
    expectation:
      'cancelling a completed run leaves it COMPLETED over REST; whoever awaits it from then on gets its output or {} (two endings, in no order)',
    async run(t) {
      const task = t.client.task({ name: t.name('done'), fn: () => ({ ok: true }) });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await output;
      await t.untilStatus(id, 'COMPLETED');
      await t.client.runs.cancel({ ids: [id] });
      await t.run(task, {});
      const again = (await t.client.runs.runRef(id).output) as Record<string, object>;
      assert.ok(
        [{ ok: true }, {}].some((each) => isDeepStrictEqual(each, again[task.name])),
        JSON.stringify(again),
      );
      const { run } = await t.client.runs.get(id);
      assert.equal(String(run.status), 'COMPLETED');
      assert.deepEqual(run.output, { ok: true });
    },
  },
  {
    name: 'endings/cancel-failed',
    expectation: 'cancelling a failed run leaves it FAILED over REST, and whoever awaits it still gets its error',
    async run(t) {
      const task = t.client.task({
        name: t.name('failed'),
        fn: ({ fails }: { fails: boolean }): { ok?: true } => {
          if (fails) throw new Error('the reason');
          return {};
        },
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, { fails: true });
      await output.catch(() => undefined);
      await t.untilStatus(id, 'FAILED');
      await t.client.runs.cancel({ ids: [id] });
      await t.run(task, { fails: false });
      await assert.rejects(t.client.runs.runRef(id).output, (error: unknown) => String(error).includes('the reason'));
      assert.equal(await t.client.runs.get_status(id), 'FAILED');
    },
  },
  {
    name: 'endings/cancel-frees-slot',
    expectation: 'a cancelled run gives its slot back at once, also while its task goes on',
    async run(t) {
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const begun = Promise.withResolvers<void>();
      const task = t.client.task({
        name: t.name('stubborn'),
        fn: async ({ stubborn }: { stubborn: boolean }) => {
          begun.resolve();
          if (stubborn) await release.promise;
          return { stubborn };
        },
      });
      await t.worker([task], { slots: 1 });
      const { id } = await t.start(task, { stubborn: true });
      await begun.promise;
      const next = await t.start(task, { stubborn: false });
      await t.client.runs.cancel({ ids: [id] });
      assert.deepEqual(await next.output, { stubborn: false });
    },
  },
  {
    name: 'endings/schedule-timeout',
    expectation:
      'a run no worker takes within its schedule timeout is not retried, and its result is {}; gRPC says CANCELLED, REST says FAILED',
    waits: true,
    async run(t) {
      const task = t.client.task({ name: t.name('nobody'), scheduleTimeout: '2s', retries: 3, fn: () => ({}) });
      await t.register([task]);
      const { id, output } = await t.start(task, {});
      assert.deepEqual(await output, {});
      await t.untilStatus(id, 'FAILED');
      assert.equal(String((await t.client.runs.getDetails(id)).status), 'CANCELLED');
      assert.equal((await t.eventTypes(id)).at(-1), 'SCHEDULING_TIMED_OUT');
    },
  },
  {
    name: 'endings/execution-timeout',
    expectation: 'a task beyond its execution timeout is told to stop, and its run ends as FAILED with the reason',
    waits: true,
    async run(t) {
      const { task, aborted } = endless(t, { executionTimeout: '3s' });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await assert.rejects(output, (error: unknown) => {
        assert.match(String(error), /exceeded timeout/);
        return true;
      });
      await aborted;
      await t.untilStatus(id, 'FAILED');
    },
  },
  {
    name: 'endings/execution-timeout-retried',
    expectation: 'an execution timeout is retried like an error of the task',
    waits: true,
    async run(t) {
      const task = t.client.task({
        name: t.name('slow-once'),
        executionTimeout: '5s',
        retries: 1,
        fn: async (_input: object, ctx) => {
          if (ctx.retryCount() === 0) await untilAborted(ctx.abortController.signal);
          return { attempt: ctx.retryCount() };
        },
      });
      await t.worker([task]);
      assert.deepEqual(await t.run(task, {}), { attempt: 1 });
    },
  },
  {
    name: 'endings/refresh-timeout',
    expectation: 'a task that extends its execution timeout may take longer',
    waits: true,
    async run(t) {
      const task = t.client.task({
        name: t.name('refreshing'),
        executionTimeout: '5s',
        fn: async (_input: object, ctx) => {
          await ctx.refreshTimeout('30s');
          const ended = untilAborted(ctx.abortController.signal).then(() => 'aborted');
          return { ended: await Promise.race([ended, after(7_000)]) };
        },
      });
      await t.worker([task]);
      assert.deepEqual(await t.run(task, {}), { ended: 'in time' });
    },
  },
];

/** Longer than the timeout it is compared with: time itself is the thing under test. */
const after = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(resolve, ms, 'in time'));
