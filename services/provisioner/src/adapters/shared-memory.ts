import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { allPids, mapsOf } from '@benchbus/processes';
import { crashPoint } from '@benchbus/service';

const run = promisify(execFile);

/** A System V segment as /proc/sysvipc/shm lists it. The id alone may be re-used: key and creator tell. */
export interface SysvSegment {
  readonly key: string;
  readonly id: string;
  readonly creatorPid: number;
  readonly attached: number;
}

export function sysvSegments(): SysvSegment[] {
  return readFileSync('/proc/sysvipc/shm', 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > 6)
    .map((fields) => ({
      key: fields[0] ?? '',
      id: fields[1] ?? '',
      creatorPid: Number(fields[4]),
      attached: Number(fields[6]),
    }));
}

/** Removes a segment that nobody is attached to; false if it is gone or in use. */
export async function removeSegment(segment: Pick<SysvSegment, 'key' | 'id'>): Promise<boolean> {
  const now = sysvSegments().find(({ id, key }) => id === segment.id && key === segment.key);
  if (now === undefined || now.attached > 0) return false;
  crashPoint('before.sysv-remove');
  await run('ipcrm', ['-m', segment.id]);
  crashPoint('after.sysv-remove');
  return true;
}

const NAME = /^PostgreSQL\.\d+$/;
const SHM_DIR = '/dev/shm';

/** Names of the /dev/shm/PostgreSQL.* files a process maps. */
export function mappedNames(pid: number): string[] {
  return [...new Set([...mapsOf(pid).matchAll(/\/dev\/shm\/(PostgreSQL\.\d+)/g)].map((match) => match[1] ?? ''))];
}

export const shmExists = (name: string): boolean => NAME.test(name) && existsSync(join(SHM_DIR, name));

/** Removes the files that exist and that no living process maps; returns their names. */
export function removeShm(names: Iterable<string>): string[] {
  const wanted = [...new Set(names)].filter(shmExists);
  if (wanted.length === 0) return [];
  const mapped = new Set(allPids().flatMap(mappedNames));
  const removable = wanted.filter((name) => !mapped.has(name));
  for (const name of removable) {
    crashPoint('before.shm-remove');
    rmSync(join(SHM_DIR, name), { force: true });
    crashPoint('after.shm-remove');
  }
  return removable;
}
