import { strict as assert } from 'node:assert';
import { ConcurrencyLimitStrategy } from '@hatchet-dev/typescript-sdk/protoc/v1/workflows.js';
import type { Case } from '../runner/case.ts';
import type { CaseContext } from '../runner/context.ts';
import { untilAborted } from './until-aborted.ts';

const { CANCEL_IN_PROGRESS, CANCEL_NEWEST, GROUP_ROUND_ROBIN } = ConcurrencyLimitStrategy;

/** A task with `maxRuns` places per `input.key`, whose runs stay until they are released (or fail, as their input says). */
function gated(t: CaseContext, limitStrategy: ConcurrencyLimitStrategy, maxRuns = 1, retries = 0) {
  const gates = new Map<string, { begun: PromiseWithResolvers<void>; released: PromiseWithResolvers<void> }>();
  const gate = (id: string) => {
    const known = gates.get(id) ?? { begun: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() };
    gates.set(id, known);
    return known;
  };
  t.defer(() => gates.forEach(({ released }) => released.resolve()));
  const order: string[] = [];
  const task = t.client.task({
    name: t.name('gated'),
    retries,
    concurrency: { expression: 'input.key', maxRuns, limitStrategy },
    fn: async ({ id, fails }: { key: string; id: string; fails?: true }, ctx) => {
      order.push(id);
      gate(id).begun.resolve();
      await Promise.race([gate(id).released.promise, untilAborted(ctx.abortController.signal)]);
      if (fails && ctx.retryCount() === 0) throw new Error('first');
      return { id };
    },
  });
  return {
    task,
    order,
    begun: (id: string) => gate(id).begun.promise,
    release: (id: string) => gate(id).released.resolve(),
  };
}

export const concurrency: readonly Case[] = [
  {
    name: 'concurrency/queueing',
    expectation: 'GROUP_ROUND_ROBIN: the rest of a key waits and goes in order, another key is not kept',
    async run(t) {
      const { task, order, begun, release } = gated(t, GROUP_ROUND_ROBIN);
      await t.worker([task]);
      const first = await t.start(task, { key: 'k', id: '1' });
      await begun('1');
      const second = await t.start(task, { key: 'k', id: '2' });
      const third = await t.start(task, { key: 'k', id: '3' });
      const other = await t.start(task, { key: 'other', id: 'other' });
      await begun('other');
      await t.untilStatus(second.id, 'QUEUED');
      release('1');
      await begun('2');
      release('2');
      await begun('3');
      for (const id of ['3', 'other']) release(id);
      const outputs = await Promise.all([first, second, third, other].map(({ output }) => output));
      assert.deepEqual(
        outputs,
        ['1', '2', '3', 'other'].map((id) => ({ id })),
      );
      assert.deepEqual(order, ['1', 'other', '2', '3']);
    },
  },
  {
    name: 'concurrency/max-runs',
    expectation: 'maxRuns 2 lets two of a key run and keeps the third until one has ended',
    async run(t) {
      const { task, order, begun, release } = gated(t, GROUP_ROUND_ROBIN, 2);
      await t.worker([task]);
      const runs = [];
      for (const id of ['1', '2', '3']) runs.push(await t.start(task, { key: 'k', id }));
      await Promise.all([begun('1'), begun('2')]);
      await t.untilStatus(runs[2]?.id ?? '', 'QUEUED');
      assert.deepEqual(order.toSorted(), ['1', '2']);
      release('2');
      await begun('3');
      for (const id of ['1', '3']) release(id);
      assert.deepEqual(await Promise.all(runs.map(({ output }) => output)), [{ id: '1' }, { id: '2' }, { id: '3' }]);
    },
  },
  {
    name: 'concurrency/cancel-newest',
    expectation:
      'CANCEL_NEWEST: the second of a key is CANCELLED with {}, another key runs, and after the first the key is free',
    async run(t) {
      const { task, begun, release } = gated(t, CANCEL_NEWEST);
      await t.worker([task]);
      const first = await t.start(task, { key: 'k', id: '1' });
      await begun('1');
      const second = await t.start(task, { key: 'k', id: '2' });
      assert.deepEqual(await second.output, {});
      await t.untilStatus(second.id, 'CANCELLED');
      const other = await t.start(task, { key: 'other', id: 'other' });
      release('other');
      assert.deepEqual(await other.output, { id: 'other' });
      release('1');
      assert.deepEqual(await first.output, { id: '1' });
      release('3');
      assert.deepEqual(await t.run(task, { key: 'k', id: '3' }), { id: '3' });
    },
  },
  {
    name: 'concurrency/cancel-newest-queued',
    expectation: 'CANCEL_NEWEST: a run that still waits for a worker holds the key, too',
    async run(t) {
      const { task, release } = gated(t, CANCEL_NEWEST);
      await t.register([task]);
      const first = await t.start(task, { key: 'k', id: '1' });
      const second = await t.start(task, { key: 'k', id: '2' });
      assert.deepEqual(await second.output, {});
      await t.untilStatus(first.id, 'QUEUED');
      await t.worker([task]);
      release('1');
      assert.deepEqual(await first.output, { id: '1' });
    },
  },
  {
    name: 'concurrency/cancel-in-progress',
    expectation: 'CANCEL_IN_PROGRESS: the newest of a key takes the place of the one that runs',
    async run(t) {
      const { task, begun, release } = gated(t, CANCEL_IN_PROGRESS);
      await t.worker([task]);
      const first = await t.start(task, { key: 'k', id: '1' });
      await begun('1');
      const second = await t.start(task, { key: 'k', id: '2' });
      assert.deepEqual(await first.output, {});
      release('2');
      assert.deepEqual(await second.output, { id: '2' });
    },
  },
  {
    name: 'concurrency/held-over-retries',
    expectation: 'a run keeps its place over its retries: those that wait come after its end',
    async run(t) {
      const { task, order, begun, release } = gated(t, GROUP_ROUND_ROBIN, 1, 1);
      await t.worker([task]);
      const first = await t.start(task, { key: 'k', id: '1', fails: true });
      await begun('1');
      const second = await t.start(task, { key: 'k', id: '2' });
      await t.untilStatus(second.id, 'QUEUED');
      for (const id of ['1', '2']) release(id);
      assert.deepEqual(await first.output, { id: '1' });
      assert.deepEqual(await second.output, { id: '2' });
      assert.deepEqual(order, ['1', '1', '2']);
    },
  },
  {
    name: 'concurrency/freed-by-cancel',
    expectation: 'the place of a cancelled run goes to the next',
    async run(t) {
      const { task, begun, release } = gated(t, GROUP_ROUND_ROBIN);
      await t.worker([task]);
      const first = await t.start(task, { key: 'k', id: '1' });
      await begun('1');
      const second = await t.start(task, { key: 'k', id: '2' });
      await t.client.runs.cancel({ ids: [first.id] });
      release('2');
      assert.deepEqual(await second.output, { id: '2' });
      assert.deepEqual(await first.output, {});
    },
  },
  {
    name: 'concurrency/key-of-metadata',
    expectation: 'the key may come from the additional metadata',
    async run(t) {
      const begun = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      t.defer(release.resolve);
      const expression = 'additional_metadata.run';
      const task = t.client.task({
        name: t.name('by-metadata'),
        concurrency: { expression, maxRuns: 1, limitStrategy: CANCEL_NEWEST },
        fn: async () => {
          begun.resolve();
          await release.promise;
          return { ran: true };
        },
      });
      await t.worker([task]);
      const metadata = { additionalMetadata: { run: 'r' } };
      const first = await t.start(task, {}, metadata);
      await begun.promise;
      assert.deepEqual(await t.run(task, {}, metadata), {});
      release.resolve();
      assert.deepEqual(await first.output, { ran: true });
    },
  },
  {
    name: 'concurrency/bad-expression',
    expectation: 'a key expression that cannot be evaluated fails the run',
    async run(t) {
      const task = t.client.task({
        name: t.name('bad-key'),
        concurrency: { expression: 'input.missing.deeper', maxRuns: 1, limitStrategy: GROUP_ROUND_ROBIN },
        fn: () => ({}),
      });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await assert.rejects(output, (error: unknown) => Array.isArray(error) && error.length === 1);
      await t.untilStatus(id, 'FAILED');
    },
  },
];
