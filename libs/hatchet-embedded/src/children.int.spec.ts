import { expect, test } from 'vitest';
import { engineFixture } from './testing/fixture.ts';
import { uniqueName } from './testing/sdk.ts';

const fixture = engineFixture();

test('a parent gets the results of its children', async () => {
  const { client, workers } = fixture();
  const child = client.task({ name: uniqueName('child'), fn: (input: { n: number }) => ({ square: input.n ** 2 }) });
  const parent = client.task({
    name: uniqueName('parent'),
    fn: async () => {
      const results = await Promise.all([2, 3].map((n) => child.run({ n }, { childKey: `n:${String(n)}` })));
      return { sum: results.reduce((sum, result) => sum + result.square, 0) };
    },
  });
  await workers.start([parent, child]);
  const ref = await parent.runNoWait({});
  expect(await ref.output).toEqual({ sum: 13 });
  const parentTaskExternalId = await ref.getWorkflowRunId();
  const { rows } = await client.runs.list({ parentTaskExternalId });
  expect(rows.map((row) => row.workflowName)).toEqual([child.name, child.name]);
});

test('a child key starts a child once, over the retries of its parent; a new key starts a new one', async () => {
  const { client, workers } = fixture();
  let childRuns = 0;
  const child = client.task({
    name: uniqueName('child'),
    fn: () => {
      childRuns += 1;
      return { run: childRuns };
    },
  });
  const parent = client.task({
    name: uniqueName('parent'),
    retries: 1,
    fn: async (_input: object, ctx) => {
      const same = await child.run({}, { childKey: 'stage:node:1' });
      if (ctx.retryCount() === 0) throw new Error('again');
      const next = await child.run({}, { childKey: 'stage:node:2' });
      return { same: same.run, next: next.run };
    },
  });
  await workers.start([parent, child]);
  expect(await parent.run({})).toEqual({ same: 1, next: 2 });
  expect(childRuns).toBe(2);
});

test('without a key a retried parent re-attaches to the children of its first attempt, by index', async () => {
  const { client, workers } = fixture();
  let childRuns = 0;
  const child = client.task({
    name: uniqueName('child'),
    fn: () => {
      childRuns += 1;
      return {};
    },
  });
  const parent = client.task({
    name: uniqueName('parent'),
    retries: 1,
    fn: async (_input: object, ctx) => {
      await child.run({});
      await child.run({});
      if (ctx.retryCount() === 0) throw new Error('again');
      return {};
    },
  });
  await workers.start([parent, child]);
  await parent.run({});
  expect(childRuns).toBe(2);
});

test('children are not cancelled with their parent', async () => {
  const { client, workers } = fixture();
  const childStarted = Promise.withResolvers<string>();
  const release = Promise.withResolvers<undefined>();
  const child = client.task({
    name: uniqueName('child'),
    fn: async (_input: object, ctx) => {
      childStarted.resolve(ctx.workflowRunId());
      await release.promise;
      return { survived: true };
    },
  });
  const parent = client.task({
    name: uniqueName('parent'),
    fn: async () => {
      const result = await child.run({}, { childKey: 'only' });
      return { survived: result.survived };
    },
  });
  await workers.start([parent, child]);
  const ref = await parent.runNoWait({});
  const childId = await childStarted.promise;
  await client.runs.cancel({ ids: [await ref.getWorkflowRunId()] });
  expect(await ref.output).toEqual({});
  release.resolve(undefined);
  expect(await client.runs.runRef(childId).output).toEqual({ [child.name]: { survived: true } });
});
