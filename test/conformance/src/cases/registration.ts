import { strict as assert } from 'node:assert';
import type { Case } from '../runner/case.ts';

export const registration: readonly Case[] = [
  {
    name: 'registration/new-worker',
    expectation:
      'a new worker is listed as ACTIVE with its actions, and its task gets the input and returns the output',
    async run(t) {
      const name = t.name('echo');
      const task = t.client.task({ name, fn: (input: { text: string }) => ({ text: `${input.text}!` }) });
      await t.worker([task]);
      assert.deepEqual(await t.run(task, { text: 'hällo' }), { text: 'hällo!' });
      await t.until(async () => {
        const [listed, ...others] = await t.listedWorkers();
        assert.equal(others.length, 0);
        assert.equal(listed?.status, 'ACTIVE');
        const { actions } = await t.client.workers.get(listed.metadata.id);
        assert.deepEqual(actions, [`${name}:${name}`]);
      });
    },
  },
  {
    name: 'registration/same-definition-twice',
    expectation:
      'two workers with the same workflow: one workflow with one version, and two workers of one name with two ids',
    async run(t) {
      const task = t.client.task({ name: t.name('twice'), fn: () => ({}) });
      await t.worker([task]);
      await t.worker([task]);
      await t.until(async () => {
        const ids = (await t.listedWorkers()).map(({ metadata }) => metadata.id);
        assert.equal(new Set(ids).size, 2);
      });
      const { rows = [] } = await t.client.workflows.list({ name: task.name });
      assert.deepEqual(
        rows.map(({ name }) => name),
        [task.name],
      );
      const { data } = await t.client.api.workflowGet(rows[0]?.metadata.id ?? '');
      assert.equal(data.versions?.length, 1);
    },
  },
  {
    name: 'registration/version-change',
    expectation: 'a changed definition holds for the runs that come after it, some seconds later at the latest',
    async run(t) {
      const name = t.name('versioned');
      const seen = { attempts: 0 };
      const define = (retries: number) =>
        t.client.task({
          name,
          retries,
          fn: (): { never?: true } => {
            seen.attempts += 1;
            throw new Error('always');
          },
        });
      const attemptsOf = async (task: ReturnType<typeof define>): Promise<number> => {
        seen.attempts = 0;
        await assert.rejects(t.run(task, {}), (error: unknown) => Array.isArray(error) && error.length === 1);
        return seen.attempts;
      };
      const before = define(0);
      const worker = await t.worker([before]);
      assert.equal(await attemptsOf(before), 1);
      await worker.stop();
      const after = define(1);
      await t.worker([after]);
      await t.until(async () => assert.equal(await attemptsOf(after), 2), 40_000);
    },
  },
  {
    name: 'registration/name-in-capitals',
    expectation: "a workflow's name may have capitals, and its result comes back under the name as it was declared",
    async run(t) {
      const task = t.client.task({ name: `Capital-${t.name('X')}`, fn: () => ({ ok: true }) });
      await t.worker([task]);
      assert.deepEqual(await t.run(task, {}), { ok: true });
    },
  },
  {
    name: 'registration/before-the-worker',
    expectation: 'a run of a registered workflow without a worker waits, and the next worker takes it',
    async run(t) {
      const task = t.client.task({ name: t.name('waiting'), fn: () => ({ ok: true }) });
      await t.register([task]);
      const { id, output } = await t.start(task, {});
      await t.untilStatus(id, 'QUEUED');
      await t.worker([task]);
      assert.deepEqual(await output, { ok: true });
    },
  },
];
