import { decideAndAppend, subjects, type AnyDraft } from '@benchbus/events';
import { createMemoryBus, parked, poison } from '@benchbus/events/testing';
import { expect, it } from 'vitest';
import { watchRun } from './run-watch.ts';

it('a fact of its run that no schema fits is parked; what comes after it is seen', async () => {
  const bus = createMemoryBus({ name: 'edge-runner' });
  const subject = subjects.run('run');
  const watch = await watchRun(bus, 'run');
  const over = Promise.withResolvers<void>();
  watch.onChange((view) => view.overBy && over.resolve());
  poison(bus, 'RunStageStarted', subject);
  // As the dispatcher does, which parks it, too.
  const data = { problem: { code: 'EVENT_DATA_INVALID', message: 'no' } };
  const draft: AnyDraft = { name: 'RunFailed', subject, data, cause: 'c', correlation: 'suite' };
  await decideAndAppend(bus.log, subject, () => draft);
  await over.promise;
  expect(await parked(bus, 1)).toMatchObject([
    { service: 'edge-runner', consumer: 'edge-runner-run', subject, code: 'EVENT_DATA_INVALID', attempts: 1 },
  ]);
  await watch.stop();
  await bus.close();
});
