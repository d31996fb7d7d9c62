import type { Leftover } from '@benchbus/events';
import type { WorldItem } from '../target/target.ts';
import type { Verdict } from './judge-leftover.ts';

export interface RunOnHost {
  readonly runId: string;
  readonly verdict: Verdict;
  /** Everything real of the run, listed now. */
  readonly items: readonly WorldItem[];
  /** The log's. */
  readonly incarnation: string;
  /** Something of the run is being made or removed at this moment: whoever does it looks after its remains. */
  readonly busy: boolean;
}

/** What of a run has no right to exist, and what the log says about it. */
export interface RunLeftovers {
  readonly runId: string;
  readonly why: string;
  /** `other log`: only these items, made for a log that was deleted or restored. */
  readonly act: 'other log' | Exclude<Verdict, { verdict: 'keep' }>;
  readonly items: readonly WorldItem[];
}

/** The janitor's finding for one run; undefined when all of it has a right to exist, or nothing of it does exist. */
export function findLeftovers({ runId, verdict, items, incarnation, busy }: RunOnHost): RunLeftovers | undefined {
  if (verdict.verdict === 'keep') {
    const strange = items.filter((item) => item.incarnation !== undefined && item.incarnation !== incarnation);
    if (strange.length === 0 || busy) return undefined;
    return { runId, why: 'made for another log', act: 'other log', items: strange };
  }
  if (verdict.verdict === 'destroy') {
    if (busy && verdict.released) return undefined;
    return { runId, why: verdict.reason, act: verdict, items };
  }
  return items.length === 0 ? undefined : { runId, why: verdict.why, act: verdict, items };
}

/** A finding as it is reported: one line for each thing; a deployment that is open in the log alone is one thing, too. */
export function reportOf(
  { runId, why, items }: Pick<RunLeftovers, 'runId' | 'why' | 'items'>,
  outcomeOf: (item: WorldItem | undefined) => Pick<Leftover, 'outcome' | 'problem'>,
): Leftover[] {
  if (items.length === 0) {
    const what = 'the deployment, open in the log, of which nothing real is left';
    return [{ kind: 'deployment', runId, what, why, ...outcomeOf(undefined) }];
  }
  return items.map((item) => {
    const { kind, node, what } = item;
    return { kind, runId, ...(node === undefined ? {} : { node }), what, why, ...outcomeOf(item) };
  });
}
