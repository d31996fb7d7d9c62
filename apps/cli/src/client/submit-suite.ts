import { randomBytes } from 'node:crypto';
import type { EventBus } from '@benchbus/events';
import { BenchbusError, subjects } from '@benchbus/events';
import { suiteIdFor } from '../domain/suite-id.ts';
import { CANCELLED_EARLY } from './cancel-suite.ts';
import type { ReadSuite } from '../suite-file/read-suite-file.ts';

const DISPATCHER_ANSWERS_MS = 30_000;

/** A suite to be requested: a file that was read, or an earlier suite again. */
export interface Submission extends Pick<ReadSuite, 'suite' | 'content'> {
  /** The id to request it under; a new one where there is none. */
  readonly suiteId?: string;
  /** The suite that this one repeats. */
  readonly rerunOf?: string;
}

/** Publishes the request for a suite; returns the suite's id. */
export async function submitSuite(bus: EventBus, submission: Submission): Promise<string> {
  const { suite, content, rerunOf, suiteId = suiteIdFor(suite.name, randomBytes(3)) } = submission;
  await bus.request('SuiteRequested', suiteId, { suite: content, ...(rerunOf === undefined ? {} : { rerunOf }) });
  return suiteId;
}

/**
 * Waits until the dispatcher has taken the suite; the sequence of SuiteAccepted.
 * @throws BenchbusError NO_DISPATCHER | SUITE_REJECTED (its `problems`) | SUITE_CANCELLED_BEFORE_ACCEPTANCE
 */
export async function waitForAcceptance(bus: EventBus, suiteId: string, signal: AbortSignal): Promise<number> {
  const subject = subjects.suite(suiteId);
  const probe = async () => (await bus.log.read(subject))[0];
  const first = await bus.log
    .waitFor([subject], probe, {
      what: `the dispatcher to take suite ${suiteId}`,
      timeoutMs: DISPATCHER_ANSWERS_MS,
      signal,
    })
    .catch((error: unknown) => {
      if (!(error instanceof BenchbusError) || error.code !== 'WAIT_TIMEOUT') throw error;
      throw new BenchbusError({
        code: 'NO_DISPATCHER',
        message: `no suite-dispatcher took suite ${suiteId} within ${DISPATCHER_ANSWERS_MS / 1_000} s`,
        hint: 'the request is kept and runs when a dispatcher is there; check with `benchbus doctor`',
      });
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
