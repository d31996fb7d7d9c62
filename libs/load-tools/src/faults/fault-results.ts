import type { FaultResult } from '@benchbus/events';
import { longestGapMs, lostCommits, timeToFirstCommitMs } from './commits.ts';
import type { ProbeLog } from './probe-log.ts';
import type { Ranges } from './ranges.ts';
import { recoveryMs, throughputBefore, type Span } from './recovery.ts';
import type { ThroughputSeries } from './throughput-series.ts';

/** A fault that was carried out, and what was seen of its cluster; `at` RFC 3339. */
export type InjectedFault = Pick<FaultResult, 'index' | 'kind' | 'node' | 'at' | 'newLeader' | 'timeToNewLeaderMs'>;

export interface Observed {
  readonly probe: ProbeLog;
  /** Numbers of the rows that were there at the end. */
  readonly present: Ranges;
  readonly series: ThroughputSeries;
  /** What the series is of; not given: every transaction. */
  readonly throughputSource?: FaultResult['throughputSource'];
  readonly measured: Span;
}

/** Absent rather than undefined: a fact says nothing of what did not come about. */
const given = <T extends object>(of: T): T =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T;
/** Microseconds, as the load tool logs: what is finer is noise. */
const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 1000) / 1000;

/**
 * What each fault cost. A fault answers for the time until the next one, or the end of the measurement. A lost commit is that
 * of the first fault after its acknowledgement (a standby that lagged took over), or of the last one, where none follows (an
 * old leader acknowledged what nobody kept).
 */
export function faultResults(faults: readonly InjectedFault[], observed: Observed): FaultResult[] {
  const { probe, present, series, throughputSource, measured } = observed;
  const inOrder = [...faults].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const times = inOrder.map(({ at }) => Date.parse(at));
  const lost = lostCommits(probe, present).map(({ ackedMs }) => {
    const next = times.findIndex((atMs) => ackedMs <= atMs);
    return next < 0 ? times.length - 1 : next;
  });
  return inOrder.map((fault, nth) => {
    const atMs = times[nth] ?? 0;
    const after: Span = { fromMs: atMs, toMs: times[nth + 1] ?? measured.toMs };
    const before = throughputBefore(series, measured, atMs);
    return given({
      ...fault,
      timeToFirstCommitMs: rounded(timeToFirstCommitMs(probe, after)),
      longestGapMs: rounded(longestGapMs(probe, after)),
      acknowledgedCommits: probe.acknowledged.length,
      acknowledgedCommitsLost: lost.filter((of) => of === nth).length,
      throughputBeforeTps: rounded(before) ?? 0,
      recoveryMs: recoveryMs(series, before, after),
      throughputSource,
    });
  });
}
