import type { AcknowledgedCommit, ProbeLog } from './probe-log.ts';
import { isIn, type Ranges } from './ranges.ts';
import type { Span } from './recovery.ts';

/**
 * Commits that the database acknowledged and that are not there at the end: what a client was promised and did not get. As
 * Jepsen's set workload has it, a row whose acknowledgement never came may be there or not, and is neither.
 */
export const lostCommits = ({ acknowledged }: ProbeLog, present: Ranges): AcknowledgedCommit[] =>
  acknowledged.filter(({ number }) => !isIn(present, number));

/** From `after.fromMs` (the fault) to the acknowledgement of the first commit begun after it; ms. Undefined: none in time. */
export function timeToFirstCommitMs({ acknowledged }: ProbeLog, after: Span): number | undefined {
  const first = acknowledged.find(({ beganMs, ackedMs }) => beganMs >= after.fromMs && ackedMs <= after.toMs);
  return first && first.ackedMs - after.fromMs;
}

/**
 * Longest time between two acknowledgements of which the later one is in the span, ms: what a client that writes all the
 * while waits at most. What is open at the end of the span counts up to there.
 */
export function longestGapMs({ acknowledged }: ProbeLog, after: Span): number | undefined {
  const before = acknowledged.findLast(({ ackedMs }) => ackedMs < after.fromMs);
  const within = acknowledged.filter(({ ackedMs }) => ackedMs >= after.fromMs && ackedMs <= after.toMs);
  if (before === undefined && within.length === 0) return undefined;
  const times = [before?.ackedMs ?? after.fromMs, ...within.map(({ ackedMs }) => ackedMs), after.toMs];
  let longest = 0;
  times.reduce((last, next) => {
    longest = Math.max(longest, next - last);
    return next;
  });
  return longest;
}
