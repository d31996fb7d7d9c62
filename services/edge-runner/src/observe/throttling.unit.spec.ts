import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cpuCgroup, ownThrottling, parseCpuStat, throttledShare, throttlingOf, worstOf } from './throttling.ts';

const V1 = 'nr_periods 200\nnr_throttled 50\nthrottled_time 2500000000\n';
const V2 = 'usage_usec 9\nuser_usec 9\nnr_periods 200\nnr_throttled 50\nthrottled_usec 2500000\n';

describe('a quota of CPU time', () => {
  it('is read of both versions', () => {
    const told = { periods: 200, throttledPeriods: 50, throttledSeconds: 2.5 };
    expect([parseCpuStat(V1), parseCpuStat(V2)]).toEqual([told, told]);
    // Without the controller a cgroup of version 2 tells its usage alone.
    expect(parseCpuStat('usage_usec 9\nuser_usec 9\n')).toBeUndefined();
  });

  it.each([
    ['1', '4:memory:/m\n3:cpu,cpuacct:/docker/a\n0::/u\n', '/docker/a'],
    ['2', '0::/system.slice/x.service\n', '/system.slice/x.service'],
    ['none', '', undefined],
  ])('of this process is found in version %s', (_, text, path) => {
    expect(cpuCgroup(text)).toBe(path);
  });

  it('is its own and that of each cgroup above it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'benchbus-cgroup-'));
    try {
      const make = (path: string, text: string) => {
        mkdirSync(join(folder, 'cpu', path), { recursive: true });
        writeFileSync(join(folder, 'cpu', path, 'cpu.stat'), text);
      };
      make('a/b', 'nr_periods 0\nnr_throttled 0\nthrottled_time 0\n');
      make('a', V1);
      make('', 'nr_periods 9\nnr_throttled 1\nthrottled_time 1\n');
      const self = join(folder, 'self');
      writeFileSync(self, '2:cpu:/a/b\n');
      expect(ownThrottling(folder, self)).toMatchObject({ '/a': { throttledSeconds: 2.5 }, '/': { periods: 9 } });
      // A container sees its own as the root.
      writeFileSync(self, '2:cpu:/docker/elsewhere\n');
      expect(ownThrottling(folder, self)).toMatchObject({ '/': { periods: 9 } });
      expect(ownThrottling(folder, join(folder, 'nothing'))).toBeUndefined();
      expect(throttlingOf(folder, '/nowhere')).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is told as the share of periods', () => {
    const at = (periods: number, throttledPeriods: number) => ({ periods, throttledPeriods, throttledSeconds: 0 });
    expect(throttledShare(at(100, 10), at(200, 35))).toBe(0.25);
    // The parent waited longer before; what made it wait now is its own.
    const shares = [
      { '/': at(100, 90), '/a': at(100, 0) },
      { '/': at(200, 91), '/a': at(200, 95) },
    ] as const;
    expect(worstOf(...shares, throttledShare)).toBe(0.95);
    expect(worstOf(undefined, shares[1], throttledShare)).toBeUndefined();
    expect([throttledShare(at(1, 0), at(1, 0)), throttledShare(undefined, at(1, 1))]).toEqual([undefined, undefined]);
  });
});
