import type { AnyRecorded, EventBus } from '@benchbus/events';
import { subjects } from '@benchbus/events';

const TERMINAL = new Set<AnyRecorded['name']>(['SuiteCompleted', 'SuiteFailed', 'SuiteCancelled', 'SuiteRejected']);

/** Code of the rejection of a suite that was cancelled before the dispatcher accepted it. */
export { CANCELLED_EARLY } from '../domain/rejection.ts';

/** Releasing may take its time; what is not released by then is overdue in the log, and the suite's end says so. */
export const CANCEL_TIMEOUT_MS = 5 * 60_000;

/** Asks for the cancellation of a suite. */
export async function requestCancel(bus: EventBus, suiteId: string, reason: string): Promise<void> {
  await bus.request('SuiteCancelRequested', suiteId, { reason });
}

/** The suite's last event, once it is over. @throws BenchbusError WAIT_TIMEOUT | the signal's reason */
export function waitForEnd(bus: EventBus, suiteId: string, signal?: AbortSignal): Promise<AnyRecorded> {
  const subject = subjects.suite(suiteId);
  const probe = async () => (await bus.log.read(subject)).find((event) => TERMINAL.has(event.name));
  return bus.log.waitFor([subject], probe, {
    what: `suite ${suiteId} to end`,
    timeoutMs: CANCEL_TIMEOUT_MS,
    ...(signal ? { signal } : {}),
  });
}
