import { createHash, randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Canary } from '@benchbus/results';

const HASHED = Buffer.alloc(1 << 20, 1);
/** About 20 ms on a core of 2020. */
const ROUNDS = 6;
const TIMES = 7;
const WRITES = 9;
const PAGE = randomBytes(8192);

function computation(): number {
  const begun = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) createHash('sha256').update(HASHED).digest();
  return performance.now() - begun;
}

const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;

/** What a database does at each commit: a page, and a sync. */
async function disk(folder: string): Promise<number> {
  const path = join(folder, 'canary');
  const file = await open(path, 'w');
  try {
    const times: number[] = [];
    for (let write = 0; write < WRITES; write += 1) {
      const begun = performance.now();
      await file.write(PAGE, 0, PAGE.length, write * PAGE.length);
      await file.datasync();
      times.push(performance.now() - begun);
    }
    return median(times);
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** A probe of a fraction of a second: is this machine as fast after a measurement as before it? Medians: one hiccup is none. */
export async function canary(folder: string): Promise<Canary> {
  return { cpuMs: median(Array.from({ length: TIMES }, computation)), diskMs: await disk(folder) };
}
