import { readdirSync, readFileSync } from 'node:fs';

/** PostgreSQL's segments in /dev/shm that no living process has mapped: what a killed server leaves. */
export function orphanedSharedMemory(): string[] {
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
