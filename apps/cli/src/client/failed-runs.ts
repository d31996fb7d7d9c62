import type { AnyRecorded, EventBus } from '@benchbus/events';
import { subjects } from '@benchbus/events';

/** Runs of the suite that failed, whether the suite is over or not. @param history of the suite's own aggregate */
export async function failedRuns(bus: EventBus, history: readonly AnyRecorded[]): Promise<ReadonlySet<string>> {
  const runs = history.flatMap((event) => (event.name === 'SuiteAccepted' ? event.data.runs : []));
  const failed = await Promise.all(
    runs.map(async ({ runId }) => {
      const ended = (await bus.log.read(subjects.run(runId))).some(({ name }) => name === 'RunFailed');
      return ended ? [runId] : [];
    }),
  );
  return new Set(failed.flat());
}
