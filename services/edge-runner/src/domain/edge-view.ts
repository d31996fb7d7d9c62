import type { AnyRecorded } from '@benchbus/events';
import type { Claim, Outcome, WorkKind } from './kind.ts';

export interface Attempt {
  readonly attempt: number;
  readonly claim: Claim;
  readonly outcome: Outcome | undefined;
}

function claimKind(event: AnyRecorded): { kind: WorkKind; claim: Claim } | undefined {
  if (event.name === 'SetupStarted') return { kind: 'database', claim: event };
  if (event.name === 'WorkloadStarted') return { kind: 'workload', claim: event };
  return undefined;
}

function outcomeKind(event: AnyRecorded): { kind: WorkKind; outcome: Outcome } | undefined {
  switch (event.name) {
    case 'DatabaseReady':
    case 'DatabaseFailed':
      return { kind: 'database', outcome: event };
    case 'WorkloadFinished':
    case 'WorkloadFailed':
      return { kind: 'workload', outcome: event };
    default:
      return undefined;
  }
}

/** The outcome the log has for one attempt, if any. */
export function outcomeOf(history: readonly AnyRecorded[], kind: WorkKind, attempt: number): Outcome | undefined {
  return history.map(outcomeKind).find((found) => found?.kind === kind && found.outcome.data.attempt === attempt)
    ?.outcome;
}

/** Every claimed attempt of one kind, in the order of the log. */
export function attemptsOf(history: readonly AnyRecorded[], kind: WorkKind): Attempt[] {
  return history
    .map(claimKind)
    .filter((found) => found?.kind === kind)
    .flatMap((found) => (found === undefined ? [] : [found.claim]))
    .map((claim) => ({
      attempt: claim.data.attempt,
      claim,
      outcome: outcomeOf(history, kind, claim.data.attempt),
    }));
}

/** What a restarted runner has to go on with: claimed, and no outcome in the log. */
export function unfinished(history: readonly AnyRecorded[]): { kind: WorkKind; attempt: number }[] {
  return (['database', 'workload'] as const).flatMap((kind) =>
    attemptsOf(history, kind)
      .filter((one) => one.outcome === undefined)
      .map((one) => ({ kind, attempt: one.attempt })),
  );
}
