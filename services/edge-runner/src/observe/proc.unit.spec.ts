import { expect, it } from 'vitest';
import { parseAvailableMemory, parseDisks, parseHostCpu } from './proc.ts';

it('reads the CPU time of the machine', () => {
  const text = 'cpu  1000 20 300 8000 50 0 30 600 999 0\ncpu0 1 2 3\n';
  expect(parseHostCpu(text)).toEqual({ busy: 13.5, iowait: 0.5, steal: 6, total: 100 });
  expect(parseHostCpu('cpu  1 2 3\n')).toBeUndefined();
  expect(parseHostCpu('')).toBeUndefined();
});

it('reads the memory that can be had', () => {
  expect(parseAvailableMemory('MemTotal:  24 kB\nMemAvailable:   1024 kB\n')).toBe(1_048_576);
  expect(parseAvailableMemory('MemTotal:  24 kB\n')).toBeUndefined();
});

it('adds up disks, not their partitions', () => {
  const lines = [
    ' 254       0 vda 100 0 2000 50 200 0 4000 80 0 90 130 0 0 0 0 0 0',
    ' 254       1 vda1 100 0 2000 50 200 0 4000 80 0 90 130',
    ' 259       0 nvme0n1 1 0 8 0 1 0 16 0 0 0 0',
    '   7       0 loop0 9 0 9 9 9 9 9 9 9 9 9',
  ];
  expect(parseDisks(lines.join('\n'))).toEqual({ read: 2008 * 512, written: 4016 * 512 });
});
