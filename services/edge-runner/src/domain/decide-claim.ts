import type { AnyRecorded, Draft } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import { attemptsOf } from './edge-view.ts';
import { CLAIMS, type Claim, type Outcome } from './kind.ts';
import { refusal, type WorkId } from './may-create.ts';
import type { RunView, StageStart } from './run-view.ts';

export type ClaimDecision =
  /** The log has the outcome already. */
  | { readonly do: 'answer'; readonly outcome: Outcome }
  /** Claimed before, by this process or one that is gone: go on with it. */
  | { readonly do: 'adopt'; readonly claim: Claim }
  | { readonly do: 'claim'; readonly draft: Draft<'SetupStarted'> | Draft<'WorkloadStarted'> }
  | { readonly do: 'refuse'; readonly problem: Problem };

export interface Claimant {
  readonly subject: string;
  readonly node: string;
  readonly suiteId: string;
  /** Unique for the runner's process. */
  readonly instance: string;
}

export const stageOf = (run: RunView, work: Pick<WorkId, 'kind' | 'attempt'>): StageStart | undefined =>
  run.stages[work.kind].findLast((stage) => stage.attempt === work.attempt);

/** What to do about a request for one attempt, given both histories. */
export function decideClaim(
  work: WorkId,
  edge: readonly AnyRecorded[],
  run: RunView,
  incarnation: string,
  claimant: Claimant,
): ClaimDecision {
  const known = attemptsOf(edge, work.kind).find((one) => one.attempt === work.attempt);
  if (known?.outcome !== undefined) return { do: 'answer', outcome: known.outcome };
  if (known !== undefined) return { do: 'adopt', claim: known.claim };
  const problem = refusal(work, run, incarnation);
  if (problem !== undefined) return { do: 'refuse', problem };
  const stage = stageOf(run, work);
  if (stage === undefined) {
    const message = `the log has no RunStageStarted of stage ${work.kind}, attempt ${work.attempt}`;
    return { do: 'refuse', problem: { code: 'STAGE_UNKNOWN', message, where: claimant.subject } };
  }
  return {
    do: 'claim',
    draft: {
      name: CLAIMS[work.kind],
      subject: claimant.subject,
      cause: stage.id,
      discriminator: claimant.node,
      attempt: work.attempt,
      correlation: claimant.suiteId,
      data: {
        attempt: work.attempt,
        fence: { incarnation, sequence: stage.sequence },
        instance: claimant.instance,
      },
    },
  };
}
