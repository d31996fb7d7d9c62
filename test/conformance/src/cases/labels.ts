import { strict as assert } from 'node:assert';
import { WorkerLabelComparator } from '@hatchet-dev/typescript-sdk/protoc/v1/shared/trigger.js';
import type { Case } from '../runner/case.ts';
import type { CaseContext } from '../runner/context.ts';

type Task = ReturnType<CaseContext['client']['task']>;

/** A task that says which worker ran it, and workers with these labels: `node` names each. */
async function nodes(
  t: CaseContext,
  labels: readonly Record<string, string | number>[],
  options = {},
  others: readonly Task[] = [],
) {
  const task = t.client.task({
    name: t.name('where'),
    scheduleTimeout: '2m',
    fn: (_input: object, ctx) => ({ node: String(ctx.worker.labels()['node']) }),
    ...options,
  });
  const workers = [];
  for (const each of labels) workers.push(await t.worker([task, ...others], { labels: each }));
  return { task, workers };
}

const required = (value: string | number) => ({ value, required: true });

export const labels: readonly Case[] = [
  {
    name: 'labels/required-at-trigger',
    expectation: 'runs with a required label go to the one of two workers that has it',
    async run(t) {
      const { task } = await nodes(t, [{ node: 'a' }, { node: 'b' }]);
      for (const node of ['a', 'b', 'b', 'a']) {
        const desiredWorkerLabels = { node: required(node) };
        assert.deepEqual(await t.run(task, {}, { desiredWorkerLabels }), { node });
      }
    },
  },
  {
    name: 'labels/required-missing',
    expectation: 'a run whose required label no worker has waits until its schedule timeout; then its result is {}',
    waits: true,
    async run(t) {
      const { task } = await nodes(t, [{ node: 'a' }], { scheduleTimeout: '5s' });
      const { id, output } = await t.start(task, {}, { desiredWorkerLabels: { node: required('none') } });
      assert.deepEqual(await output, {});
      await t.until(async () => assert.ok((await t.eventTypes(id)).includes('SCHEDULING_TIMED_OUT')));
    },
  },
  {
    name: 'labels/required-appears',
    expectation: 'a waiting run goes to a worker that gets the required label later',
    async run(t) {
      const { task, workers } = await nodes(t, [{ node: 'a' }]);
      const { id, output } = await t.start(task, {}, { desiredWorkerLabels: { late: required('yes') } });
      await t.untilStatus(id, 'QUEUED');
      await workers[0]?.upsertLabels({ node: 'a', late: 'yes' });
      assert.deepEqual(await output, { node: 'a' });
    },
  },
  {
    name: 'labels/replaced-on-worker',
    expectation: 'after a label was given another value, runs that require the old one wait',
    waits: true,
    async run(t) {
      const brief = t.client.task({ name: t.name('brief'), scheduleTimeout: '5s', fn: () => ({ ran: true }) });
      const { task, workers } = await nodes(t, [{ node: 'a', zone: 'old' }], {}, [brief]);
      const zone = (value: string) => ({ desiredWorkerLabels: { zone: required(value) } });
      assert.deepEqual(await t.run(task, {}, zone('old')), { node: 'a' });
      await workers[0]?.upsertLabels({ node: 'a', zone: 'new' });
      assert.deepEqual(await t.run(task, {}, zone('new')), { node: 'a' });
      assert.deepEqual(await t.run(brief, {}, zone('old')), {});
    },
  },
  {
    name: 'labels/trigger-replaces-task',
    expectation: "labels given at the trigger replace those of the task's definition",
    async run(t) {
      const desiredWorkerLabels = { node: required('a') };
      const { task } = await nodes(t, [{ node: 'a' }, { node: 'b' }], { desiredWorkerLabels });
      assert.deepEqual(await t.run(task, {}), { node: 'a' });
      const replaced = { desiredWorkerLabels: { node: required('b') } };
      assert.deepEqual(await t.run(task, {}, replaced), { node: 'b' });
    },
  },
  {
    name: 'labels/preferred',
    expectation: 'a label that is not required is a preference: the worker that has it, and if none has it, any',
    async run(t) {
      const { task } = await nodes(t, [{ node: 'a' }, { node: 'b' }]);
      // A worker is known to the scheduler some time after it listens; these wait for that.
      for (const node of ['a', 'b']) await t.run(task, {}, { desiredWorkerLabels: { node: required(node) } });
      const prefer = (value: string) => ({ desiredWorkerLabels: { node: { value, weight: 100 } } });
      // Six in a row are no accident; again, because on a busy machine the preferred worker may be late with its heartbeat.
      await t.until(async () => {
        for (let count = 0; count < 6; count += 1) assert.deepEqual(await t.run(task, {}, prefer('b')), { node: 'b' });
      }, 40_000);
      const { node } = await t.run(task, {}, prefer('none'));
      assert.ok(node === 'a' || node === 'b');
    },
  },
  {
    name: 'labels/comparator',
    expectation: 'numbers are compared: GREATER_THAN 8 selects the worker with 16',
    async run(t) {
      const { task } = await nodes(t, [
        { node: 'a', cores: 8 },
        { node: 'b', cores: 16 },
      ]);
      const cores = { value: 8, required: true, comparator: WorkerLabelComparator.GREATER_THAN };
      for (let count = 0; count < 3; count += 1) {
        assert.deepEqual(await t.run(task, {}, { desiredWorkerLabels: { cores } }), { node: 'b' });
      }
    },
  },
];
