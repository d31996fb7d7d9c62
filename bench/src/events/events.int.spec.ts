import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { EventsBench } from './events.ts';

test('the bench of the log prints one line of JSON, with a ratio for each comparison', async () => {
  const main = join(import.meta.dirname, '../main.ts');
  const args = ['events', '--events', '500', '--appends', '80', '--rounds', '2', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args]);
  const result = JSON.parse(stdout) as EventsBench;
  expect(result).toMatchObject({ bench: 'events', events: 500, appends: 80, rounds: 2 });
  for (const { ratio, perSecond, floorPerSecond } of [
    ...Object.values(result.append),
    ...Object.values(result.replay),
  ]) {
    expect(ratio).toBeGreaterThan(0);
    expect(perSecond).toBeGreaterThan(0);
    expect(floorPerSecond).toBeGreaterThan(0);
  }
  expect(result.replayPeakMiB).toBeGreaterThan(10);
});
