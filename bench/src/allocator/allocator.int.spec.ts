import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { AllocatorBench } from './allocator.ts';

test('the bench of the allocator prints one line of JSON: the core at each size and fill, and the way through real servers', async () => {
  const main = join(import.meta.dirname, '../main.ts');
  const sizes = ['--reservations', '60', '--reserved', '100', '--rounds', '1', '--operations', '200'];
  const small = ['--naive-ms', '50', '--bits', '12'];
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'allocator', ...sizes, ...small, '--json']);
  const { core, endToEnd } = JSON.parse(stdout) as AllocatorBench;
  expect(core.results.map(({ blocks, fill }) => [blocks, fill])).toEqual(
    [0, 0.5, 0.9, 0.99, 0.999].map((fill) => [2 ** 12, fill]),
  );
  for (const { grantNs, releaseNs, naiveScan } of core.results)
    for (const value of [grantNs.p50, grantNs.p99, releaseNs.p50, naiveScan.ms]) expect(value).toBeGreaterThan(0);
  const [empty, full] = [core.results[0], core.results.at(-1)];
  const p99OverEmptyP50 = (full?.grantNs.p99 ?? 0) / (empty?.grantNs.p50 ?? 0);
  expect(core.ratios).toEqual([{ blocks: 2 ** 12, fill: 0.999, p99OverEmptyP50 }]);
  expect(core.replay).toMatchObject({ blocks: 2 ** 12, events: 2 + 2 * 2 ** 12 + 2 * 16 });
  for (const value of [core.replay.ms, core.replay.poolBytes, core.replay.projectionBytes])
    expect(value).toBeGreaterThan(0);
  expect(endToEnd.reserved).toBe(100);
  for (const { ratio, perSecond, floorPerSecond } of [endToEnd.empty, endToEnd.filled])
    for (const value of [ratio, perSecond, floorPerSecond]) expect(value).toBeGreaterThan(0);
});
