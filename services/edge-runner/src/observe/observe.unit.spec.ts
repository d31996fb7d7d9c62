import { parseMetrics, valuesOf } from '@benchbus/results';
import { describe, expect, it } from 'vitest';
import { HEADER, rowOf } from './metrics-table.ts';
import { observationOf, type Marks } from './observation-of.ts';
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
    const database = { rollbacks: 0, blocksRead: 0, blocksHit: 0, tempBytes: 0, deadlocks: 0, walBytes: undefined };
    const of = (commits: number) => ({ database: { ...database, commits, activeSessions: 1, waitingForLocks: 0 } });
    const text = table(sample(0, of(100)), sample(1, of(150)), sample(2, of(10)), sample(3, of(30)));
    expect(valuesOf(parseMetrics(text), 'dbCommitsPerS')).toEqual([50, 20]);
  });

  it('that was cut off in its last line is read up to it', () => {
    const text = table(sample(0), sample(1), sample(2));
    for (let end = HEADER.length + 1; end < text.length; end += 7)
      expect(parseMetrics(text.slice(0, end)).rows.length).toBeLessThanOrEqual(2);
    expect(parseMetrics('').rows).toEqual([]);
  });
});

describe('the observation', () => {
  const mark = (second: number, runs: Record<string, number> | undefined): Marks => ({
    startedAt: second * 1000,
    cpu: { busy: second, iowait: 0, steal: 0, total: second * 2 },
    runs,
    canary: undefined,
  });
  const metrics = parseMetrics(table(...Array.from({ length: 11 }, (_, second) => sample(second))));
  const seen = { run: 'r1', availableCores: 2, metrics };

  it('tells what the tool used, what others used, and whose they were', () => {
    const found = observationOf({ ...seen, before: mark(0, { r1: 1, r2: 5 }), after: mark(10, { r1: 3, r2: 9 }) });
    expect(found.client).toEqual({ usedCores: 0.5, availableCores: 2 });
    // 10 s of work on 20 s of CPU time; 2 s of it the run's processes', 5 s the load tool's.
    expect(found.host.foreignShare).toBeCloseTo(3 / 20, 6);
    expect(found.coTenants).toEqual([{ run: 'r2', usedCores: 0.4 }]);
    expect(found.longestGapSeconds).toBe(1);
  });

  it('tells of gaps, and leaves out what cannot be seen', () => {
    const after = mark(25, undefined);
    const found = observationOf({ ...seen, before: mark(0, undefined), after });
    expect(found.longestGapSeconds).toBe(15);
    expect(found.host.foreignShare).toBeUndefined();
    expect(found.coTenants).toEqual([]);
  });
});
