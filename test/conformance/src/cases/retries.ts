import { strict as assert } from 'node:assert';
import { NonRetryableError } from '@hatchet-dev/typescript-sdk';
import type { Case } from '../runner/case.ts';
import type { CaseContext } from '../runner/context.ts';

/** A task that fails until its attempt `succeedsAt`; `attempts` are the retry counts it saw and when. */
function failing(
  t: CaseContext,
  options: { retries: number; backoff?: { factor: number; maxSeconds: number } },
  succeedsAt = Infinity,
) {
  const attempts: { retry: number; at: number }[] = [];
  const task = t.client.task({
    name: t.name('failing'),
    ...options,
    fn: (_input: object, ctx) => {
      const retry = ctx.retryCount();
      attempts.push({ retry, at: Date.now() });
      if (retry < succeedsAt) throw new Error(`attempt ${String(retry)}`);
      return { retry };
    },
  });
  return { task, attempts };
}

export const retries: readonly Case[] = [
  {
    name: 'retries/count',
    expectation:
      'a failing task is tried retries + 1 times with ctx.retryCount() 0, 1, 2; the run ends as FAILED with the last error',
    async run(t) {
      const { task, attempts } = failing(t, { retries: 2 });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      const error: unknown = await output.catch((reason: unknown) => reason);
      assert.deepEqual(
        attempts.map(({ retry }) => retry),
        [0, 1, 2],
      );
      assert.ok(Array.isArray(error) && error.length === 1);
      assert.match(JSON.parse(String(error[0])).message, /^attempt 2$/);
      await t.untilStatus(id, 'FAILED');
    },
  },
  {
    name: 'retries/succeeds-later',
    expectation: 'a retry that succeeds makes the run COMPLETED',
    async run(t) {
      const { task } = failing(t, { retries: 3 }, 2);
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      assert.deepEqual(await output, { retry: 2 });
      await t.untilStatus(id, 'COMPLETED');
      await t.until(async () => {
        const { tasks } = await t.client.runs.get(id);
        assert.equal(tasks[0]?.retryCount, 2);
        assert.equal(tasks[0].attempt, 3);
      });
    },
  },
  {
    name: 'retries/back-off',
    expectation: 'back-off with factor 2 waits at least 2 s before the first and 4 s before the second retry',
    waits: true,
    async run(t) {
      const { task, attempts } = failing(t, { retries: 2, backoff: { factor: 2, maxSeconds: 60 } }, 2);
      await t.worker([task]);
      assert.deepEqual(await t.run(task, {}), { retry: 2 });
      const [first = 0, second = 0, third = 0] = attempts.map(({ at }) => at);
      assert.ok(second - first >= 2_000, `first retry after ${String(second - first)} ms`);
      assert.ok(third - second >= 4_000, `second retry after ${String(third - second)} ms`);
    },
  },
  {
    name: 'retries/back-off-limit',
    expectation: 'back-off waits no longer than its limit: factor 60 with a limit of 1 s retries within seconds',
    waits: true,
    async run(t) {
      const { task } = failing(t, { retries: 1, backoff: { factor: 60, maxSeconds: 1 } }, 1);
      await t.worker([task]);
      assert.deepEqual(await t.run(task, {}), { retry: 1 });
    },
  },
  {
    name: 'retries/non-retryable',
    expectation: 'a NonRetryableError ends the run at once, whatever its retries',
    async run(t) {
      const seen = { runs: 0 };
      const task = t.client.task({
        name: t.name('final'),
        retries: 5,
        fn: (): { never?: true } => {
          seen.runs += 1;
          throw new NonRetryableError('no way');
        },
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await assert.rejects(output, (error: unknown) => String(error).includes('no way'));
      await t.untilStatus(id, 'FAILED');
      assert.equal(seen.runs, 1);
    },
  },
];
