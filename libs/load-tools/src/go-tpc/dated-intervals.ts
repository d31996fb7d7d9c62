import { stamped } from '../faults/starts.ts';
import { parseGoTpc, type GoTpcLine } from './parse-output.ts';

export interface DatedInterval {
  readonly lines: readonly GoTpcLine[];
  /** From the start of go-tpc to the begin of the second it tells of. */
  readonly second: number;
}

/** The loop looks so often that lines printed at once are never this far apart. */
const AT_ONCE_MS = 500;

interface Seen {
  readonly lines: GoTpcLine[];
  readonly atMs: number;
}

/** Each interval with the time at which it was seen; undefined where that is not known of each. */
function seenIntervals(output: string): Seen[] | undefined {
  const all: Seen[] = [];
  for (const { atMs, text } of stamped(output))
    for (const lines of parseGoTpc(text).intervals) {
      if (atMs === undefined) return undefined;
      const last = all.at(-1);
      // A stamp came in between: the names of an interval's lines ascend.
      const goesOn = last !== undefined && atMs - last.atMs < AT_ONCE_MS;
      if (goesOn && (last.lines.at(-1)?.name ?? '') < (lines[0]?.name ?? '')) last.lines.push(...lines);
      else all.push({ lines: [...lines], atMs });
    }
  return all;
}

/** Intervals that were seen in one look are of a second each, the last of them of the newest. From 0. */
function ascending(ticks: readonly number[]): number[] {
  const found = ticks.toReversed().reduce<number[]>((later, tick) => {
    const [next = Infinity] = later;
    return [Math.min(tick, next - 1), ...later];
  }, []);
  return found.map((tick) => tick - (found[0] ?? 0));
}

/**
 * The intervals of one start. go-tpc prints none for a second without transactions, and does not say of which second one is: when
 * it was seen tells. It prints by a ticker, and is seen up to some hundred milliseconds later: what counts is the whole seconds
 * between intervals, and for all of them the one that was seen soonest. Without stamps (recorded by an older loop) one is the
 * second after the one before it.
 * @param fromMs when it was started, after the begin of the measured part, as the stamps
 */
export function datedIntervals(output: string, fromMs: number): DatedInterval[] {
  const seen = seenIntervals(output);
  const first = seen?.[0]?.atMs;
  if (seen === undefined || first === undefined)
    return parseGoTpc(output).intervals.map((lines, second) => ({ lines, second }));
  const ticks = ascending(seen.map(({ atMs }) => Math.round((atMs - first) / 1000)));
  const soonest = Math.min(...seen.map(({ atMs }, nth) => atMs - 1000 * (ticks[nth] ?? 0)));
  const begin = Math.max(0, (soonest - fromMs) / 1000 - 1);
  return seen.map(({ lines }, nth) => ({ lines, second: begin + (ticks[nth] ?? 0) }));
}
