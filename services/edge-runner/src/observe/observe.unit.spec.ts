import { parseMetrics, valuesOf } from '@benchbus/results';
import { describe, expect, it } from 'vitest';
import { HEADER, rowOf } from './metrics-table.ts';
import { growthOf, observationOf, type Marks } from './observation-of.ts';
import type { RunProcess } from './run-processes.ts';
import type { Sample } from './sample.ts';

const sample = (second: number, more: Partial<Sample> = {}): Sample => ({
  at: second * 1000,
  cpu: { busy: second, iowait: 0, steal: second / 10, total: second * 2 },
  memoryAvailableBytes: 1024,
  disks: { read: second * 512, written: 0 },
  toolCpu: second / 2,
  runnerCpu: second / 100,
  database: undefined,
  ...more,
});
const table = (...samples: Sample[]): string =>
  [HEADER, ...samples.slice(1).map((now, index) => rowOf(samples[index] ?? now, now)), ''].join('\n');

describe('the table of metrics', () => {
  it('has rates per second, whatever the interval, and empty cells for what is not known', () => {
    const found = parseMetrics(table(sample(0), sample(1), sample(3)));
    expect(valuesOf(found, 'hostCpuBusyCores')).toEqual([1, 1]);
    expect(valuesOf(found, 'hostCpuStealCores')).toEqual([0.1, 0.1]);
    expect(valuesOf(found, 'hostDiskReadBytesPerS')).toEqual([512, 512]);
    expect(valuesOf(found, 'loadToolCpuCores')).toEqual([0.5, 0.5]);
    expect(valuesOf(found, 'dbCommitsPerS')).toEqual([]);
    expect(found.rows.map(([at]) => at)).toEqual([1000, 3000]);
  });

  it('leaves a counter that began anew empty: a restarted server has not done less than nothing', () => {
    const database = {
      server: 'a',
      rollbacks: 0,
      blocksRead: 0,
      blocksHit: 0,
      tempBytes: 0,
      deadlocks: 0,
      walBytes: undefined,
    };
    const of = (commits: number) => ({ database: { ...database, commits, activeSessions: 1, waitingForLocks: 0 } });
    const text = table(sample(0, of(100)), sample(1, of(150)), sample(2, of(10)), sample(3, of(30)));
    expect(valuesOf(parseMetrics(text), 'dbCommitsPerS')).toEqual([50, 20]);
  });

  it('compares no counters of two servers: after a failover the new leader has its own', () => {
    const counted = { rollbacks: 0, blocksRead: 0, blocksHit: 0, tempBytes: 0, deadlocks: 0, walBytes: undefined };
    const of = (server: string, commits: number) => ({
      database: { server, ...counted, commits, activeSessions: 1, waitingForLocks: 0 },
    });
    const text = table(
      sample(0, of('a', 100)),
      sample(1, of('a', 150)),
      sample(2, of('b', 900)),
      sample(3, of('b', 930)),
    );
    expect(valuesOf(parseMetrics(text), 'dbCommitsPerS')).toEqual([50, 30]);
  });

  it('says how long a CPU limit made it wait', () => {
    const of = (periods: number, throttledPeriods: number) => ({
      loadThrottling: { periods, throttledPeriods, throttledSeconds: throttledPeriods / 20 },
    });
    const found = parseMetrics(table(sample(0, of(10, 0)), sample(1, of(20, 5)), sample(2, of(20, 5))));
    expect(valuesOf(found, 'loadNodeThrottledShare')).toEqual([0.5]);
    expect(valuesOf(found, 'loadNodeThrottledCores')).toEqual([0.25, 0]);
    expect(valuesOf(found, 'runnerThrottledShare')).toEqual([]);
  });

  it('that was cut off in its last line is read up to it', () => {
    const text = table(sample(0), sample(1), sample(2));
    for (let end = HEADER.length + 1; end < text.length; end += 7)
      expect(parseMetrics(text.slice(0, end)).rows.length).toBeLessThanOrEqual(2);
    expect(parseMetrics('').rows).toEqual([]);
  });
});

describe('the observation', () => {
  const of = (run: string, pid: number, cpuSeconds: number, parent = 1): RunProcess => ({
    ...{ run, pid, cpuSeconds, parent },
    startTime: String(pid),
  });
  const mark = (second: number, processes: RunProcess[] | undefined): Marks => ({
    startedAt: second * 1000,
    cpu: { busy: second, iowait: 0, steal: 0, total: second * 2 },
    processes,
    canary: undefined,
  });
  const metrics = parseMetrics(table(...Array.from({ length: 11 }, (_, second) => sample(second))));
  const seen = { run: 'r1', availableCores: 2, metrics };

  it('tells what the tool used, what others used, and whose they were', () => {
    const found = observationOf({
      ...seen,
      before: mark(0, [of('r1', 10, 1), of('r2', 20, 5)]),
      after: mark(10, [of('r1', 10, 3), of('r2', 20, 9)]),
    });
    expect(found.client).toEqual({ usedCores: 0.5, availableCores: 2 });
    // 10 s of work on 20 s of CPU time; 2 s of it the run's processes', 5 s the load tool's.
    expect(found.host.foreignShare).toBeCloseTo(3 / 20, 6);
    expect(found.coTenants).toEqual([{ run: 'r2', usedCores: 0.4 }]);
    expect(found.longestGapSeconds).toBe(1);
  });

  it('counts children that ended as their parents do, and does not guess where a parent was killed', () => {
    const before = [of('r1', 10, 1), of('r1', 11, 4, 10), of('r1', 30, 7), of('r1', 31, 2, 30)];
    // 11 ended, and is in 10's time; 12 is new.
    const reaped = [of('r1', 10, 1 + 4 + 2), of('r1', 12, 1, 10), of('r1', 30, 7), of('r1', 31, 2, 30)];
    expect(growthOf(before, reaped, 'r1')).toEqual({ seconds: 3, isWhole: true });
    // 30 was killed with its child.
    const killed = [of('r1', 10, 7), of('r1', 12, 1, 10)];
    expect(growthOf(before, killed, 'r1')).toEqual({ seconds: 3, isWhole: false });
    const found = observationOf({ ...seen, before: mark(0, before), after: mark(10, killed) });
    expect(found.host.foreignShare).toBeUndefined();
  });

  it('tells of gaps, and leaves out what cannot be seen', () => {
    const after = mark(25, undefined);
    const found = observationOf({ ...seen, before: mark(0, undefined), after });
    expect(found.longestGapSeconds).toBe(15);
    expect(found.host.foreignShare).toBeUndefined();
    expect(found.coTenants).toEqual([]);
  });
});
