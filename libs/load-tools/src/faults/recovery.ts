import { BUCKET_MS, type ThroughputSeries } from './throughput-series.ts';

/** What throughput is compared with: that of so long before the fault, in ms. */
export const BEFORE_MS = 10_000;
/** Over so long it is averaged when it is asked whether it is back, in ms. */
export const WINDOW_MS = 1_000;
/** Back is what reaches this share of the throughput before. */
export const RECOVERED = 0.9;

/** A part of the measurement; ms since the epoch. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Mean throughput in the 10 s before a fault, or since the measurement began if that is less; transactions/s. */
export function throughputBefore(series: ThroughputSeries, measured: Span, atMs: number): number {
  const fromMs = Math.max(measured.fromMs, atMs - BEFORE_MS);
  return atMs <= fromMs ? 0 : (series.between(fromMs, atMs) * 1000) / (atMs - fromMs);
}

/**
 * Time from a fault until the begin of the first whole second in which the system did at least 90 % of what it did before,
 * in steps of 100 ms; 0 where there is no dip. Undefined where that did not come about within `after`, or nothing was done
 * before. After Brown & Patterson, "Towards Availability Benchmarks" (USENIX ATC 2000): a fault is injected under load, and
 * performance is followed until it is back in the band of normal behaviour.
 */
export function recoveryMs(series: ThroughputSeries, beforeTps: number, after: Span): number | undefined {
  if (beforeTps <= 0) return undefined;
  const enough = (RECOVERED * beforeTps * WINDOW_MS) / 1000;
  const first = Math.ceil(after.fromMs / BUCKET_MS) * BUCKET_MS;
  for (let from = first; from + WINDOW_MS <= after.toMs; from += BUCKET_MS)
    if (series.between(from, from + WINDOW_MS) >= enough) return Math.max(0, from - first);
  return undefined;
}
