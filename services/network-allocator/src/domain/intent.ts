import { subjects, type AnyDraft, type Draft } from '@benchbus/events';
import type { NetworkRequest, Run } from './state.ts';

/** One fact to append, at the version of its aggregate that the decision was made on. */
export interface Intent {
  readonly draft: AnyDraft;
  readonly expected: number;
  /** Replicas compete for this aggregate: taking a lock first saves conflicts. */
  readonly contended: boolean;
}

/**
 * The version is part of the discriminator, so that the same decision on the same history has the same id in every replica,
 * and a later decision of the same kind (granted, released, granted again) another one.
 */
export const at = (what: string, version: number): string => `${what}@${version}`;

type Answer<N extends 'NetworkReserved' | 'NetworkRejected'> = Pick<Draft<N>, 'name' | 'data'>;

/** What the run's network aggregate is told in answer to a request. */
export const answer = (
  run: Run,
  request: NetworkRequest,
  fact: Answer<'NetworkReserved'> | Answer<'NetworkRejected'>,
): Intent => ({
  draft: {
    ...fact,
    subject: subjects.network(run.runId),
    cause: request.eventId,
    discriminator: at(run.runId, run.networkVersion),
    attempt: request.attempt,
    correlation: request.suiteId,
  },
  expected: run.networkVersion,
  contended: false,
});
