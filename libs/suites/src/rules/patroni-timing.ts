import { broken } from './rule-finding.ts';
import type { RuleFinding } from './rule-finding.ts';

/** Milliseconds, as far as they can be told. */
export interface PatroniTimes {
  readonly ttlMs?: number | undefined;
  readonly loopWaitMs?: number | undefined;
  readonly retryTimeoutMs?: number | undefined;
}

/** What Patroni takes at least (its documentation, "Dynamic configuration"); Patroni 4 raises a lower value in silence. */
const LEAST_MS = { ttlMs: 20_000, loopWaitMs: 1000, retryTimeoutMs: 3000 } as const;
const KEYS = { ttlMs: 'ttl', loopWaitMs: 'loopWait', retryTimeoutMs: 'retryTimeout' } as const;
const FIELDS = ['ttlMs', 'loopWaitMs', 'retryTimeoutMs'] as const;

/** A leader that waits and tries twice must still be in time to renew its lock. */
const leastTtl = (loopWaitMs: number, retryTimeoutMs: number): number => loopWaitMs + 2 * retryTimeoutMs;

const s = (ms: number): string => `${ms / 1000}s`;

/** Times that Patroni would change by itself: the run would measure other ones than the suite says. */
export function patroniTiming(times: PatroniTimes): RuleFinding[] {
  const found = FIELDS.flatMap((field) => {
    const [its, least] = [times[field], LEAST_MS[field]];
    if (its === undefined || its >= least) return [];
    const text = `${KEYS[field]} ${s(its)} is shorter than Patroni takes; allowed is ${s(least)} or more`;
    return [broken('patroni-timing', ['postgres', 'patroni', KEYS[field]], text)];
  });
  const { ttlMs, loopWaitMs, retryTimeoutMs } = times;
  if (found.length > 0 || ttlMs === undefined || loopWaitMs === undefined || retryTimeoutMs === undefined) return found;
  const least = leastTtl(loopWaitMs, retryTimeoutMs);
  if (ttlMs >= least) return [];
  const sum = `loopWait ${s(loopWaitMs)} + 2 × retryTimeout ${s(retryTimeoutMs)} = ${s(least)}`;
  const text = `ttl ${s(ttlMs)} is shorter than ${sum}; allowed is ${s(least)} or more, or a shorter loopWait or retryTimeout`;
  return [broken('patroni-timing', ['postgres', 'patroni', 'ttl'], text)];
}

/** The nearest times, none of them shorter, that keep the rule. */
export function raisedTimes<Times extends Record<(typeof FIELDS)[number], number>>(times: Times): Times {
  const loopWaitMs = Math.max(times.loopWaitMs, LEAST_MS.loopWaitMs);
  const retryTimeoutMs = Math.max(times.retryTimeoutMs, LEAST_MS.retryTimeoutMs);
  const ttlMs = Math.max(times.ttlMs, LEAST_MS.ttlMs, leastTtl(loopWaitMs, retryTimeoutMs));
  return { ...times, ttlMs, loopWaitMs, retryTimeoutMs };
}
