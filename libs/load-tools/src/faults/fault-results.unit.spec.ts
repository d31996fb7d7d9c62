import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultResults, type InjectedFault } from './fault-results.ts';
import { parseProbeLog, probeLine, type AcknowledgedCommit } from './probe-log.ts';
import { isIn, rangesOf } from './ranges.ts';
import { ThroughputSeries } from './throughput-series.ts';

const T0 = Date.parse('2026-11-28T10:00:00Z');
const fault = (atMs: number, index = 0): InjectedFault => ({
  index,
  kind: 'kill',
  node: 'pg1',
  at: new Date(T0 + atMs).toISOString(),
});

/** Transactions each 10 ms within spans of seconds after T0. */
function steady(...spans: readonly [fromS: number, toS: number][]): ThroughputSeries {
  const series = new ThroughputSeries();
  for (const [from, to] of spans) for (let at = from * 1000; at < to * 1000; at += 10) series.add(T0 + at);
  return series;
}
/** Commits of 2 ms each 20 ms within spans of seconds after T0, numbered from 1. */
function commits(...spans: readonly [fromS: number, toS: number][]): AcknowledgedCommit[] {
  const all: AcknowledgedCommit[] = [];
  for (const [from, to] of spans)
    for (let at = from * 1000; at < to * 1000; at += 20)
      all.push({ number: all.length + 1, beganMs: T0 + at, ackedMs: T0 + at + 2 });
  return all;
}
const measured = { fromMs: T0, toMs: T0 + 60_000 };

describe('what a fault cost', () => {
  it('a leader that is gone for six seconds: gap, first commit, recovery, nothing lost', () => {
    const acknowledged = commits([0, 20], [26, 60]);
    const present = rangesOf(acknowledged.map(({ number }) => number));
    const series = steady([0, 20], [26.5, 60]);
    const observed = { probe: { acknowledged, unknown: 1 }, present, series, measured };
    expect(faultResults([{ ...fault(20_000), newLeader: 'pg2', timeToNewLeaderMs: 5_500 }], observed)).toEqual([
      {
        index: 0,
        kind: 'kill',
        node: 'pg1',
        at: '2026-11-28T10:00:20.000Z',
        newLeader: 'pg2',
        timeToNewLeaderMs: 5_500,
        timeToFirstCommitMs: 6_002,
        // From the last acknowledgement before it.
        longestGapMs: 6_020,
        acknowledgedCommits: 2_700,
        acknowledgedCommitsLost: 0,
        throughputBeforeTps: 100,
        // The first second with 90 transactions begins 100 ms before the throughput is whole.
        recoveryMs: 6_400,
      },
    ]);
  });

  it('what did not come about is not there: nothing after the fault, nothing before one at the start', () => {
    const acknowledged = commits([0, 20]);
    const observed = { probe: { acknowledged, unknown: 0 }, present: [], series: steady([0, 20]), measured };
    const [never] = faultResults([fault(20_000)], observed);
    expect(never).not.toHaveProperty('timeToFirstCommitMs');
    expect(never).not.toHaveProperty('recoveryMs');
    expect(never).toMatchObject({ longestGapMs: 40_018, acknowledgedCommits: 1_000, acknowledgedCommitsLost: 1_000 });
    const [first] = faultResults([fault(0)], observed);
    expect(first).toMatchObject({ throughputBeforeTps: 0 });
    expect(first).not.toHaveProperty('recoveryMs');
  });

  it('without a dip the recovery takes no time', () => {
    const observed = { probe: { acknowledged: [], unknown: 0 }, present: [], series: steady([0, 60]), measured };
    expect(faultResults([fault(20_000)], observed)).toMatchObject([{ recoveryMs: 0 }]);
  });

  it('each of several answers for the time until the next, and for what was lost before it', () => {
    const acknowledged = commits([0, 60]);
    // Acknowledged at 5 s, at 25 s, at 50 s.
    const gone = [251, 1_251, 2_501];
    const present = rangesOf(acknowledged.map(({ number }) => number).filter((number) => !gone.includes(number)));
    const series = steady([0, 10], [12, 30], [33, 60]);
    const results = faultResults([fault(10_000), fault(30_000, 1)], {
      ...{ probe: { acknowledged, unknown: 0 }, present, series, measured },
    });
    expect(results.map(({ acknowledgedCommitsLost }) => acknowledgedCommitsLost)).toEqual([1, 2]);
    expect(results.map(({ recoveryMs }) => recoveryMs)).toEqual([1_900, 2_900]);
  });
});

describe('the log of the probe', () => {
  it('is read back as it was written, whatever the end of it', () => {
    const time = fc.integer({ min: 0, max: 2 ** 42 }).map((us) => us / 1000);
    const line = fc.tuple(fc.constantFrom('acknowledged' as const, 'unknown' as const), fc.nat(), time, time);
    fc.assert(
      fc.property(fc.array(line), fc.string({ maxLength: 20 }), (lines, cut) => {
        const text = lines.map((of) => probeLine(...of)).join('') + cut.replaceAll('\n', '');
        const of = (outcome: string) => lines.filter(([is]) => is === outcome);
        const expected = of('acknowledged').map(([, number, beganMs, ackedMs]) => ({ number, beganMs, ackedMs }));
        expect(parseProbeLog(text)).toEqual({ acknowledged: expected, unknown: of('unknown').length });
      }),
    );
  });
});

describe('ranges', () => {
  it('hold exactly the numbers they were made of', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (numbers) => {
        const sorted = numbers.sort((a, b) => a - b);
        const ranges = rangesOf(sorted);
        for (let number = -1; number <= 201; number += 1) expect(isIn(ranges, number)).toBe(sorted.includes(number));
        ranges.slice(1).forEach(([from], nth) => expect(from).toBeGreaterThan((ranges[nth]?.[1] ?? 0) + 1));
      }),
    );
  });
});

it('whatever happened: a lost commit is counted once, a time is within the span of its fault', () => {
  const happened = fc.record({
    times: fc.uniqueArray(fc.integer({ min: 0, max: 59_999 }), { minLength: 1, maxLength: 4 }),
    acks: fc.array(fc.record({ beganMs: fc.integer({ min: 0, max: 59_000 }), took: fc.nat(900), kept: fc.boolean() })),
    ended: fc.array(fc.integer({ min: 0, max: 59_999 }), { maxLength: 300 }),
  });
  fc.assert(
    fc.property(happened, ({ times, acks, ended }) => {
      const acknowledged = acks
        .map(({ beganMs, took }, index) => ({ number: index + 1, beganMs: T0 + beganMs, ackedMs: T0 + beganMs + took }))
        .sort((a, b) => a.ackedMs - b.ackedMs);
      const series = new ThroughputSeries();
      for (const at of ended) series.add(T0 + at);
      const present = rangesOf(acks.flatMap(({ kept }, index) => (kept ? [index + 1] : [])));
      const observed = { probe: { acknowledged, unknown: 0 }, present, series, measured };
      const results = faultResults(
        times.map((at, index) => fault(at, index)),
        observed,
      );
      const lost = results.reduce((sum, { acknowledgedCommitsLost }) => sum + acknowledgedCommitsLost, 0);
      expect(lost).toBe(acks.filter(({ kept }) => !kept).length);
      results.forEach((result, nth) => {
        const at = Date.parse(result.at);
        const until = Date.parse(results[nth + 1]?.at ?? new Date(measured.toMs).toISOString());
        const first = acknowledged.find(({ beganMs, ackedMs }) => beganMs >= at && ackedMs <= until);
        expect(result.timeToFirstCommitMs).toBe(first && first.ackedMs - at);
        expect((result.recoveryMs ?? 0) <= until - at).toBe(true);
        const within = acknowledged.filter(({ ackedMs }) => ackedMs >= at && ackedMs <= until).length;
        // n acknowledgements cut the span into n + 1 parts: one of them is at least as long as the mean.
        if (result.longestGapMs !== undefined)
          expect(result.longestGapMs).toBeGreaterThanOrEqual((until - at) / (within + 1) - 1);
      });
    }),
  );
});
