import type { EventBus } from '@benchbus/events';
import { BenchbusError, subjects } from '@benchbus/events';

/** The dispatcher acts on a request at once. */
const DISPATCHER_ANSWERS_MS = 30_000;
/** What is not released within the dispatcher's own limit (BENCHBUS_RELEASE_TIMEOUT_MS) is overdue in the log, before this. */
const RELEASE_TIMEOUT_MS = 10 * 60_000;

/** Asks to end the keep time of one run, or of all runs of a suite. */
export async function requestRelease(bus: EventBus, suiteId: string, runId?: string): Promise<void> {
  await bus.request('SuiteReleaseRequested', suiteId, runId === undefined ? {} : { runId });
}

/**
 * Waits until nothing of the run is left; the time of its RunReleased.
 * @throws BenchbusError NO_DISPATCHER | RELEASE_OVERDUE | WAIT_TIMEOUT | the signal's reason
 */
export async function waitForRelease(bus: EventBus, runId: string, signal: AbortSignal): Promise<string> {
  const subject = subjects.run(runId);
  const history = () => bus.log.read(subject);
  const begun = async () =>
    (await history()).find(({ name }) => name === 'RunReleaseRequested' || name === 'RunReleased');
  const what = `the release of run ${runId}`;
  await bus.log
    .waitFor([subject], begun, { what, timeoutMs: DISPATCHER_ANSWERS_MS, signal })
    .catch((error: unknown) => {
      if (!(error instanceof BenchbusError) || error.code !== 'WAIT_TIMEOUT') throw error;
      throw new BenchbusError({
        code: 'NO_DISPATCHER',
        message: `no suite-dispatcher began to release run ${runId} within ${DISPATCHER_ANSWERS_MS / 1_000} s`,
        where: 'ID',
        hint: 'the request is kept, and followed when a dispatcher is there; check with `benchbus doctor`',
      });
    });
  const done = async () => (await history()).find(({ name }) => name === 'RunReleased' || name === 'RunReleaseOverdue');
  const end = await bus.log.waitFor([subject], done, { what, timeoutMs: RELEASE_TIMEOUT_MS, signal });
  if (end.name !== 'RunReleaseOverdue') return end.time;
  throw new BenchbusError({
    code: 'RELEASE_OVERDUE',
    message: `run ${runId} could not be released in time; left: ${end.data.left.join(', ')}`,
    where: 'ID',
    hint: '`benchbus janitor` says what is left on which host, and why',
  });
}
