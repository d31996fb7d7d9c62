import { subjects, type AnyDraft, type Draft } from '@benchbus/events';
import type { NetworkRequest, Run } from './state.ts';

/** One fact to append, at the version of its aggregate that the decision was made on. */
export interface Intent {
  readonly draft: AnyDraft;
  readonly expected: number;
  /** Replicas compete for this aggregate: taking a lock first saves conflicts. */
  readonly contended: boolean;
  /** Id of the fact that it goes on from: whoever appended that does this too, and others only if nobody does. */
  readonly follows?: string | undefined;
}

/** What decisions depend on beside the log and the time. */
export interface Rules {
  /** A released block is not granted again for so long. */
  readonly quarantineMs: number;
  /** A block that a target found taken is not granted for so long, if no host says whose it is. */
  readonly takenMs: number;
  /** Aggregates to which something is being appended, or could not be: nothing is decided for them. */
  readonly busy?: ReadonlySet<string>;
  /** Hosts whose provisioner gives a sign of life: nobody else gets runs. Absent: nobody looks, and all count. */
  readonly living?: ReadonlySet<string>;
}

export const isLiving = ({ living }: Rules, hostId: string): boolean => living?.has(hostId) ?? true;

export const DEFAULT_RULES: Rules = { quarantineMs: 60_000, takenMs: 600_000 };

/** Runs of one grant or release at most: a fact stays far below what the server takes. */
export const MOST_AT_ONCE = 256;

/**
 * The version is part of the discriminator, so that the same decision on the same history has the same id in every replica,
 * and a later decision of the same kind (granted, released, granted again) another one.
 */
export const at = (what: string, version: number): string => `${what}@${version}`;

/** The subject of the run's network aggregate, of an id that was in a subject before. */
export const networkOf = ({ runId }: Run): string => `evt.network.${runId}`;

/** For traces: the run's grant or release before it may stand in another suite's fact. */
export const after = ({ latestStep }: Run): Pick<AnyDraft, 'traced'> =>
  latestStep === undefined ? {} : { traced: { after: latestStep } };

/** For traces: all that a fact about several runs is about. */
export const traced = (suites: Iterable<string>): Pick<AnyDraft, 'traced'> => ({
  traced: { suites: [...new Set(suites)] },
});

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
    ...after(run),
  },
  expected: run.networkVersion,
  contended: false,
  follows: run.latestStep?.eventId,
});
