import { strict as assert } from 'node:assert';
import type { Case } from '../runner/case.ts';
import type { CaseContext } from '../runner/context.ts';
import { untilAborted } from './until-aborted.ts';

/** A child that counts how often it ran. */
function counter(t: CaseContext) {
  const seen = { runs: 0 };
  const child = t.client.task({
    name: t.name('child'),
    fn: () => {
      seen.runs += 1;
      return { run: seen.runs };
    },
  });
  return { child, seen };
}

export const children: readonly Case[] = [
  {
    name: 'children/results',
    expectation: 'a parent gets the results of its children, and REST lists them by their parent',
    async run(t) {
      const child = t.client.task({ name: t.name('child'), fn: ({ n }: { n: number }) => ({ square: n * n }) });
      const parent = t.client.task({
        name: t.name('parent'),
        fn: async () => {
          const results = await Promise.all([2, 3].map((n) => child.run({ n }, { childKey: `n-${String(n)}` })));
          return { sum: results.reduce((sum, { square }) => sum + square, 0) };
        },
      });
      await t.worker([parent, child]);
      const { id, output } = await t.start(parent, {});
      assert.deepEqual(await output, { sum: 13 });
      await t.until(async () => {
        const parentTaskExternalId = await t.client.runs.getTaskExternalId(id);
        const { rows } = await t.client.runs.list({ parentTaskExternalId });
        assert.deepEqual(
          rows.map(({ workflowName }) => workflowName),
          [child.name, child.name],
        );
      });
    },
  },
  {
    name: 'children/same-key-once',
    expectation: 'two starts with one child key inside a parent are one run',
    async run(t) {
      const { child, seen } = counter(t);
      const parent = t.client.task({
        name: t.name('parent'),
        fn: async () => {
          const first = await child.run({}, { childKey: 'k' });
          const second = await child.run({}, { childKey: 'k' });
          return { runs: [first.run, second.run] };
        },
      });
      await t.worker([parent, child]);
      assert.deepEqual(await t.run(parent, {}), { runs: [1, 1] });
      assert.equal(seen.runs, 1);
    },
  },
  {
    name: 'children/retried-parent-re-attaches',
    expectation: 'a retried parent gets the child of its first attempt by the same key; a new key is a new attempt',
    async run(t) {
      const { child, seen } = counter(t);
      const parent = t.client.task({
        name: t.name('parent'),
        retries: 1,
        fn: async (_input: object, ctx) => {
          const same = await child.run({}, { childKey: 'stage:node:1' });
          if (ctx.retryCount() === 0) throw new Error('once more');
          const next = await child.run({}, { childKey: 'stage:node:2' });
          return { same: same.run, next: next.run };
        },
      });
      await t.worker([parent, child]);
      assert.deepEqual(await t.run(parent, {}), { same: 1, next: 2 });
      assert.equal(seen.runs, 2);
    },
  },
  {
    name: 'children/re-attaches-to-failed',
    expectation:
      'a retried parent that uses the key of a failed child gets its error again; the child does not run again',
    async run(t) {
      const seen = { runs: 0 };
      const child = t.client.task({
        name: t.name('child'),
        fn: (): { never?: true } => {
          seen.runs += 1;
          throw new Error(`failure ${String(seen.runs)}`);
        },
      });
      const parent = t.client.task({
        name: t.name('parent'),
        retries: 1,
        fn: async (_input: object, ctx) => {
          const error: unknown = await child.run({}, { childKey: 'k' }).catch((reason: unknown) => reason);
          if (ctx.retryCount() === 0) throw new Error('once more');
          return { again: JSON.stringify(error) };
        },
      });
      await t.worker([parent, child]);
      const { again } = await t.run(parent, {});
      assert.match(again, /failure 1/);
      assert.equal(seen.runs, 1);
    },
  },
  {
    name: 'children/re-attaches-to-cancelled',
    expectation: 'a parent that uses the key of a cancelled child gets {} at once',
    async run(t) {
      const begun = Promise.withResolvers<string>();
      const child = t.client.task({
        name: t.name('child'),
        fn: async (_input: object, ctx) => {
          begun.resolve(ctx.workflowRunId());
          await untilAborted(ctx.abortController.signal);
          return { never: true };
        },
      });
      const parent = t.client.task({
        name: t.name('parent'),
        fn: async () => {
          const first = await child.run({}, { childKey: 'k' });
          const second = await child.run({}, { childKey: 'k' });
          return { outputs: [first, second].map((each) => JSON.stringify(each)) };
        },
      });
      await t.worker([parent, child]);
      const { output } = await t.start(parent, {});
      await t.client.runs.cancel({ ids: [await begun.promise] });
      assert.deepEqual(await output, { outputs: ['{}', '{}'] });
    },
  },
  {
    name: 'children/index-without-key',
    expectation: 'without keys a retried parent gets the children of its first attempt in their order',
    async run(t) {
      const { child, seen } = counter(t);
      const parent = t.client.task({
        name: t.name('parent'),
        retries: 1,
        fn: async (_input: object, ctx) => {
          const first = await child.run({});
          const second = await child.run({});
          if (ctx.retryCount() === 0) throw new Error('once more');
          return { runs: [first.run, second.run] };
        },
      });
      await t.worker([parent, child]);
      assert.deepEqual(await t.run(parent, {}), { runs: [1, 2] });
      assert.equal(seen.runs, 2);
    },
  },
  {
    name: 'children/key-belongs-to-parent',
    expectation: 'the same child key in two parents is two runs',
    async run(t) {
      const { child, seen } = counter(t);
      const parent = t.client.task({
        name: t.name('parent'),
        fn: async () => ({ run: (await child.run({}, { childKey: 'k' })).run }),
      });
      await t.worker([parent, child]);
      await t.run(parent, {});
      await t.run(parent, {});
      assert.equal(seen.runs, 2);
    },
  },
  {
    name: 'children/outlive-cancelled-parent',
    expectation: 'the child of a cancelled parent goes on to its end',
    async run(t) {
      const begun = Promise.withResolvers<string>();
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const child = t.client.task({
        name: t.name('child'),
        fn: async (_input: object, ctx) => {
          begun.resolve(ctx.workflowRunId());
          await release.promise;
          return { survived: true };
        },
      });
      const parent = t.client.task({
        name: t.name('parent'),
        fn: async () => ({ survived: (await child.run({}, { childKey: 'k' })).survived }),
      });
      await t.worker([parent, child]);
      const { id, output } = await t.start(parent, {});
      const childId = await begun.promise;
      await t.client.runs.cancel({ ids: [id] });
      assert.deepEqual(await output, {});
      release.resolve();
      assert.deepEqual(await t.client.runs.runRef(childId).output, { [child.name]: { survived: true } });
    },
  },
];
