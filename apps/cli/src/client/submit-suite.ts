import { randomBytes } from 'node:crypto';
import type { EventBus } from '@benchbus/events';
import { BenchbusError, subjects } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import { suiteIdFor } from '../domain/suite-id.ts';
import { CANCELLED_EARLY } from './cancel-suite.ts';
import type { ReadSuite } from '../suite-file/read-suite-file.ts';

const DISPATCHER_ANSWERS_MS = 30_000;
/** A dispatcher that is there rejects a cancelled suite within 0.1 s (docs/reference/cancel.md). */
const DISPATCHER_ANSWERS_CANCEL_MS = 1_000;

/** A suite to be requested: a file that was read, or an earlier suite again. */
export interface Submission extends Pick<ReadSuite, 'suite' | 'content'> {
  /** The id to request it under; a new one where there is none. */
  readonly suiteId?: string;
  /** The suite that this one repeats. */
  readonly rerunOf?: string;
}

/**
 * Publishes the request for a suite; returns the suite's id.
 * @throws BenchbusError INTERRUPTED after Ctrl-C: then nothing was requested
 */
export async function submitSuite(bus: EventBus, submission: Submission, interrupted: AbortSignal): Promise<string> {
  const { suite, content, rerunOf, suiteId = suiteIdFor(suite.name, randomBytes(3)) } = submission;
  if (interrupted.aborted) throw new BenchbusError({ code: 'INTERRUPTED', message: 'nothing was requested' });
  await bus.request('SuiteRequested', suiteId, { suite: content, ...(rerunOf === undefined ? {} : { rerunOf }) });
  return suiteId;
}

/** A suite whose cancel was published, and no more is known. */
export const cancelRequested = (suiteId: string): Problem => ({
  code: 'SUITE_CANCEL_REQUESTED',
  message: `suite ${suiteId} is to be cancelled`,
  hint: `the request is kept until a suite-dispatcher acts on it, and a suite it had not taken never runs; npx benchbus watch ${suiteId} shows its end`,
});

/** When to stop waiting for the dispatcher. */
export interface AcceptanceOptions {
  /** Aborts when the suite's cancel is in REQUESTS: who is there answers it, and without an answer there is nobody. */
  readonly requested: AbortSignal;
  /** Aborts, with the reason, when waiting is useless. */
  readonly failed: AbortSignal;
}

/**
 * Waits until the dispatcher has taken the suite; the sequence of SuiteAccepted.
 * @throws BenchbusError NO_DISPATCHER | SUITE_REJECTED (its `problems`) | SUITE_CANCELLED_BEFORE_ACCEPTANCE |
 *   SUITE_CANCEL_REQUESTED
 */
export async function waitForAcceptance(
  bus: EventBus,
  suiteId: string,
  { requested, failed }: AcceptanceOptions,
): Promise<number> {
  const subject = subjects.suite(suiteId);
  const probe = async () => (await bus.log.read(subject))[0];
  const unanswered = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onRequested = (): void => {
    const giveUp = (): void => unanswered.abort(new BenchbusError(cancelRequested(suiteId)));
    timer = setTimeout(giveUp, DISPATCHER_ANSWERS_CANCEL_MS);
  };
  requested.addEventListener('abort', onRequested, { once: true });
  if (requested.aborted) onRequested();
  const first = await bus.log
    .waitFor([subject], probe, {
      what: `the dispatcher to take suite ${suiteId}`,
      timeoutMs: DISPATCHER_ANSWERS_MS,
      signal: AbortSignal.any([failed, unanswered.signal]),
    })
    .catch((error: unknown) => {
      if (!(error instanceof BenchbusError) || error.code !== 'WAIT_TIMEOUT') throw error;
      throw new BenchbusError({
        code: 'NO_DISPATCHER',
        message: `no suite-dispatcher took suite ${suiteId} within ${DISPATCHER_ANSWERS_MS / 1_000} s`,
        hint: 'the request is kept and runs when a dispatcher is there; check with `benchbus doctor`',
      });
    })
    .finally(() => {
      clearTimeout(timer);
      requested.removeEventListener('abort', onRequested);
    });
  const early = first.name === 'SuiteRejected' && first.data.problems.find(({ code }) => code === CANCELLED_EARLY);
  if (early) throw new BenchbusError(early);
  if (first.name === 'SuiteRejected') throw new SuiteRejectedError(first.data.problems);
  return first.sequence;
}

export class SuiteRejectedError extends BenchbusError {
  readonly problems;
  constructor(problems: readonly BenchbusError['problem'][]) {
    super({ code: 'SUITE_REJECTED', message: `the dispatcher refused the suite: ${problems.length} problems` });
    this.problems = problems;
  }
}
