import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followFile } from './follow-file.ts';

let dir: string;
let file: string;
let lines: string[];
let skipped: number;
const follow = (from: 'start' | 'end', limits: { everyMs?: number; maxBytes?: number } = { everyMs: 5 }) =>
  followFile(file, { from, onLine: (line) => lines.push(line), onSkipped: (bytes) => (skipped += bytes), ...limits });

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'benchbus-follow-'));
  file = join(dir, 'server.log');
  lines = [];
  skipped = 0;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('hands over whole lines as they come, also of a file that is not there yet', async () => {
  const following = await follow('start');
  await appendFile(file, 'one\ntw');
  await expect.poll(() => lines).toEqual(['one']);
  await appendFile(file, 'o\n\nthree\n');
  await expect.poll(() => lines).toEqual(['one', 'two', 'three']);
  await following.stop();
});

it('from the end: only what comes; a truncated file is read anew; the last words are heard', async () => {
  await writeFile(file, 'old\n');
  const following = await follow('end');
  await appendFile(file, 'new\n');
  await expect.poll(() => lines).toEqual(['new']);
  await truncate(file);
  await appendFile(file, 'x\n');
  await expect.poll(() => lines).toEqual(['new', 'x']);
  await appendFile(file, 'last\n');
  await following.stop();
  expect(lines).toEqual(['new', 'x', 'last']);
});

it('a file that grows too fast is passed over, and by how much is told', async () => {
  const line = `${'x'.repeat(99)}\n`;
  await writeFile(file, line.repeat(1_000));
  const following = await follow('start', { everyMs: 5, maxBytes: 1_000 });
  await expect.poll(() => lines.length).toBeGreaterThanOrEqual(10);
  await following.stop();
  expect(lines.length).toBe(10);
  expect(skipped).toBe(99_000);
});
