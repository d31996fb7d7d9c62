import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { allPids, linkOf, mapsOf } from '@benchbus/processes';
import { crashPoint } from '@benchbus/service';
import { segmentsOfControl } from '../domain/control-segment.ts';

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

/** Ids of the System V segments a process maps: proc(5) shows `/SYSV<key>`, with the segment's id as the inode. */
export const mappedSegmentIds = (pid: number): string[] =>
  [...mapsOf(pid).matchAll(/ (\d+) +\/SYSV[0-9a-f]{8}/g)].map((match) => match[1] ?? '');

const NAME = /^PostgreSQL\.\d+$/;
const SHM_DIR = '/dev/shm';

/** Names of the /dev/shm/PostgreSQL.* files a process maps. */
export function mappedNames(pid: number): string[] {
  return [...new Set([...mapsOf(pid).matchAll(/\/dev\/shm\/(PostgreSQL\.\d+)/g)].map((match) => match[1] ?? ''))];
}

/** Names of those it has opened: a segment is created, sized, and only then mapped. */
export function openedNames(pid: number): string[] {
  let fds: string[];
  try {
    fds = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return []; // gone, or another user's
  }
  return fds.flatMap((fd) => /^\/dev\/shm\/(PostgreSQL\.\d+)/.exec(linkOf(`${pid}/fd/${fd}`) ?? '')?.[1] ?? []);
}

export const shmExists = (name: string): boolean => NAME.test(name) && existsSync(join(SHM_DIR, name));

const ownerOf = (name: string): number | undefined => statSync(join(SHM_DIR, name), { throwIfNoEntry: false })?.uid;

/** If `name` is a PostgreSQL server's control segment: the segments it lists that exist and have the same owner. */
export function listedNames(name: string): string[] {
  if (!shmExists(name)) return [];
  let listed: string[] | undefined;
  try {
    listed = segmentsOfControl(readFileSync(join(SHM_DIR, name)));
  } catch {
    return []; // gone, or another user's
  }
  const owner = ownerOf(name);
  return (listed ?? []).filter((other) => shmExists(other) && ownerOf(other) === owner);
}

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
