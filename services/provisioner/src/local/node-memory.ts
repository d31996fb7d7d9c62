import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere } from '../adapters/atomic-file.ts';
import { mappedNames, shmExists, sysvSegments } from '../adapters/shared-memory.ts';
import type { NodeProcess } from './node-processes.ts';

/** Names of /dev/shm files, written by the edge runner: a JSON array. */
const SHM_FILE = 'shm.json';
const names = z.array(z.string());

export interface NodeMemory {
  readonly files: readonly string[];
  readonly segments: readonly { readonly key: string; readonly id: string }[];
}

export interface Postmaster {
  readonly pid: number;
  readonly segment: { readonly key: string; readonly id: string } | undefined;
}

/** postmaster.pid: line 1 the pid, line 7 "key id" of its System V segment. Depth: `<node>/`, `<node>/data/` and so on. */
export function postmasters(dir: string, depth = 3): Postmaster[] {
  let entries;
  try {
    entries = readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
  const found: Postmaster[] = [];
  for (const entry of entries) {
    if (entry.name === 'postmaster.pid') {
      const lines = readIfThere(join(dir, entry.name))?.split('\n') ?? [];
      const [key, id] = lines[6]?.trim().split(/\s+/) ?? [];
      const segment = key !== undefined && id !== undefined ? { key, id } : undefined;
      found.push({ pid: Math.abs(Number(lines[0])), segment });
    } else if (entry.isDirectory() && depth > 0) found.push(...postmasters(join(dir, entry.name), depth - 1));
  }
  return found;
}

function writtenNames(dir: string): string[] {
  try {
    return names.safeParse(JSON.parse(readIfThere(join(dir, SHM_FILE)) ?? '[]')).data ?? [];
  } catch {
    return [];
  }
}

/**
 * Shared memory of a node that exists now: what its folder names and its living processes map. Ask before killing: after
 * `kill -9` only the folder still tells. A segment is this node's if key, id and creator agree with postmaster.pid.
 */
export function nodeMemory(dir: string, processes: readonly NodeProcess[]): NodeMemory {
  const files = [...new Set([...writtenNames(dir), ...processes.flatMap(({ pid }) => mappedNames(pid))])];
  const existing = sysvSegments();
  const segments = postmasters(dir).flatMap(({ pid, segment }) =>
    existing.filter(({ key, id, creatorPid }) => key === segment?.key && id === segment.id && creatorPid === pid),
  );
  return { files: files.filter(shmExists), segments };
}
