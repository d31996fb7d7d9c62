import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ratioInterval } from './ratio-interval.ts';
import { verdictOf, type Verdict } from './verdict.ts';

interface Recorded {
  /** How, and on what. */
  readonly recorded: string;
  /** tps of each run of pgbench, one after the other. */
  readonly tps: readonly number[];
}

const recorded = (name: string): Recorded =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Recorded;

/** What `--fail-on 3%` asks. */
const MARGIN = 0.03;
const COMPARISONS = 20;

/** Runs in turns: the even ones are A's, the odd ones B's. */
const sides = (tps: readonly number[]) =>
  [tps.filter((_, index) => index % 2 === 0), tps.filter((_, index) => index % 2 === 1)] as const;

/** `slower`: B's runs are so many times as fast as they were. */
function compared(tps: readonly number[], slower = 1): Verdict {
  const [a, b] = sides(tps);
  const interval = ratioInterval(
    a,
    b.map((value) => value * slower),
  );
  return verdictOf(interval, 'higher', MARGIN);
}

/** As many stretches of the recording as there are comparisons; they overlap where it is short. */
function stretches({ tps }: Recorded, length: number): (readonly number[])[] {
  const step = (tps.length - length) / (COMPARISONS - 1);
  return Array.from({ length: COMPARISONS }, (_, index) => {
    const from = 2 * Math.floor((index * step) / 2);
    return tps.slice(from, from + length);
  });
}

describe.each(['tpcb-noisy', 'select-quiet'])('real runs of pgbench (%s)', (name) => {
  it('held against each other are never worse in 20 comparisons', () => {
    const verdicts = stretches(recorded(name), 20).map((tps) => compared(tps));
    expect(verdicts).toHaveLength(COMPARISONS);
    expect(verdicts).not.toContain('worse');
  });
});

describe('a slow-down of 10 % planted in real runs', () => {
  it('is found', () => {
    const { tps } = recorded('select-quiet');
    expect(compared(tps)).toBe('inconclusive');
    expect(compared(tps, 0.9)).toBe('worse');
    expect(compared(tps, 1 / 0.9)).toBe('better');
  });

  it('is not claimed where the machine is too noisy for it: then more runs are asked for', () => {
    expect(compared(recorded('tpcb-noisy').tps.slice(0, 20), 0.9)).toBe('inconclusive');
  });
});
