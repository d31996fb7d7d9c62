import { decideAndAppend, subjects, type AnyDraft } from '@benchbus/events';
import { createMemoryBus, type MemoryBus } from '@benchbus/events/testing';
import { expandRuns, type Suite } from '@benchbus/suites';

/** A bus in memory whose log has the suite accepted and its runs queued. */
export async function busOf(suiteId: string, suite: Suite): Promise<MemoryBus> {
  const bus = createMemoryBus();
  const append = (draft: AnyDraft) => decideAndAppend(bus.log, draft.subject, () => draft);
  const runs = expandRuns(suiteId, suite);
  const named = runs.map(({ runId, test, repeat }) => ({ runId, test: test.name, repeat }));
  const about = { cause: 'r', correlation: suiteId };
  await append({
    ...about,
    name: 'SuiteAccepted',
    subject: subjects.suite(suiteId),
    data: { requestId: 'r', suite, runs: named },
  });
  for (const { runId, index, repeat, test } of runs) {
    const data = { suiteId, index, repeat, test, settings: suite.settings };
    await append({ ...about, name: 'RunQueued', subject: subjects.run(runId), data });
  }
  return bus;
}
