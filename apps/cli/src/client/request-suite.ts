import { BenchbusError } from '@benchbus/events';
import type { EventBus } from '@benchbus/events';
import { cancelOnInterrupt } from './cancel-on-interrupt.ts';
import { cancelRequested, submitSuite, waitForAcceptance } from './submit-suite.ts';
import type { Submission } from './submit-suite.ts';

/**
 * Requests a suite and waits until the dispatcher has taken it; the suite's id. Ctrl-C meanwhile cancels it.
 * @throws BenchbusError INTERRUPTED (nothing was requested) | SUITE_CANCEL_REQUESTED | as `waitForAcceptance`
 */
export async function requestSuite(
  bus: EventBus,
  submission: Submission,
  interrupted: AbortSignal,
  say: (text: string) => void,
): Promise<string> {
  const suiteId = await submitSuite(bus, submission, interrupted);
  const cancel = cancelOnInterrupt(bus, suiteId, interrupted, () => say(`cancelling suite ${suiteId}`));
  try {
    await waitForAcceptance(bus, suiteId, cancel);
    await cancel.settled();
    if (interrupted.aborted) throw new BenchbusError(cancelRequested(suiteId));
    return suiteId;
  } finally {
    cancel.dispose();
  }
}
