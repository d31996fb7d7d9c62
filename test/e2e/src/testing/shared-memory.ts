import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';

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

/** proc(5): /proc/sysvipc/shm, a line each. */
const segments = (): string[][] =>
  readFileSync('/proc/sysvipc/shm', 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));

const nameOf = ([key, id]: readonly string[]): string => `System V segment ${id} (key ${key})`;

/** System V segments that nobody is attached to, whose maker is gone. */
const orphanedSegments = (): string[] =>
  segments()
    .filter(([, , , , maker, , attached]) => attached === '0' && !existsSync(`/proc/${maker}`))
    .map(nameOf);

/** Everything that is there, used or not, by the same names: what was there before is nobody's new leftover. */
export const allSharedMemory = (): string[] => [...readdirSync('/dev/shm'), ...segments().map(nameOf)];

/** Shared memory that nobody uses any more. */
export const orphanedSharedMemory = (): string[] => [...orphanedFiles(), ...orphanedSegments()];

/** Nothing is left that was not there before. Another test's killed server may leave some for a moment: that goes away. */
export const expectNoOrphansBut = (before: readonly string[]): Promise<void> =>
  vi.waitFor(() => expect(orphanedSharedMemory().filter((name) => !before.includes(name))).toEqual([]), {
    timeout: 60_000,
    interval: 1_000,
  });
