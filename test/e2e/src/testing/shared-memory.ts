import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** PostgreSQL's segments in /dev/shm that no living process has mapped: what a killed server leaves. */
function orphanedFiles(): string[] {
  const maps = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/maps`, 'utf8');
      } catch {
        return ''; // ended meanwhile
      }
    })
    .join('');
  return readdirSync('/dev/shm').filter((name) => name.startsWith('PostgreSQL.') && !maps.includes(`/dev/shm/${name}`));
}

/** System V segments that nobody is attached to, whose maker is gone (proc(5): /proc/sysvipc/shm). */
const orphanedSegments = (): string[] =>
  readFileSync('/proc/sysvipc/shm', 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , , maker, , attached]) => attached === '0' && !existsSync(`/proc/${maker}`))
    .map(([key, id]) => `System V segment ${id} (key ${key})`);

/** Shared memory that nobody uses any more. */
export const orphanedSharedMemory = (): string[] => [...orphanedFiles(), ...orphanedSegments()];

/** Nothing is left that was not there before. Another test's killed server may leave some for a moment: that goes away. */
export const expectNoOrphansBut = (before: readonly string[]): Promise<void> =>
  expect
    .poll(() => orphanedSharedMemory().filter((name) => !before.includes(name)), { timeout: 60_000, interval: 1_000 })
    .toEqual([]);
