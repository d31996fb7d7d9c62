import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeAtomically } from '../adapters/atomic-file.ts';
import {
  listedNames,
  mappedNames,
  mappedSegmentIds,
  openedNames,
  shmExists,
  sysvSegments,
} from '../adapters/shared-memory.ts';
import type { NodeProcess } from './node-processes.ts';

/** Names of /dev/shm files, written by the edge runner: a JSON array. */
const SHM_FILE = 'shm.json';
const names = z.array(z.string());

/** What this service knew of it before it killed, in the same folder. */
const MEMORY_FILE = 'memory.json';
const memory = z.object({
  files: names,
  segments: z.array(z.object({ key: z.string(), id: z.string(), creatorPid: z.number() })),
});

/** /dev/shm names, and System V segments. */
export type NodeMemory = z.infer<typeof memory>;
type Segment = NodeMemory['segments'][number];

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

function parsed<T>(dir: string, name: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readIfThere(join(dir, name)) ?? '')).data;
  } catch {
    return undefined;
  }
}

/** The key is a signed number in /proc/sysvipc/shm, an unsigned one in postmaster.pid. */
const sameSegment = (a: Omit<Segment, 'creatorPid'>, b: Omit<Segment, 'creatorPid'>): boolean =>
  a.id === b.id && signed(a.key) === signed(b.key);

const signed = (key: string): string => (/^\d+$/.test(key) ? String(BigInt.asIntN(32, BigInt(key))) : key);

/** A segment is the node's if key, id and creator agree with postmaster.pid, or if a process of the node made and maps it. */
function segmentsOf(dir: string, pids: readonly number[], remembered: readonly Segment[]): Segment[] {
  const servers = postmasters(dir);
  const makers = new Set([...pids, ...servers.map(({ pid }) => pid)]);
  const mapped = new Set(pids.flatMap(mappedSegmentIds));
  const known = [
    ...remembered,
    ...servers.flatMap(({ pid, segment }) => (segment ? [{ ...segment, creatorPid: pid }] : [])),
  ];
  return sysvSegments().filter(
    (existing) =>
      (mapped.has(existing.id) && makers.has(existing.creatorPid)) ||
      known.some((one) => one.creatorPid === existing.creatorPid && sameSegment(one, existing)),
  );
}

/**
 * Shared memory of a node that exists now: what its folder names, what its living processes map or are making, and what the
 * control segments among these list. Ask before killing: after `kill -9` only the folder still tells.
 */
export function nodeMemory(dir: string, processes: readonly NodeProcess[]): NodeMemory {
  const remembered = parsed(dir, MEMORY_FILE, memory);
  const pids = processes.map(({ pid }) => pid);
  const named = [
    ...(parsed(dir, SHM_FILE, names) ?? []),
    ...(remembered?.files ?? []),
    ...pids.flatMap((pid) => [...mappedNames(pid), ...openedNames(pid)]),
  ];
  const files = [...new Set([...named, ...named.flatMap(listedNames)])].filter(shmExists);
  const segments = segmentsOf(dir, pids, remembered?.segments ?? []);
  return { files, segments: segments.map(({ key, id, creatorPid }) => ({ key, id, creatorPid })) };
}

/**
 * Keeps in the node's folder what is known of its shared memory, so that a crash of this service does not forget it. As far
 * as it can be written: a full disk must not keep a node from being destroyed.
 */
export function rememberMemory(dir: string, known: NodeMemory): void {
  try {
    if (existsSync(dir)) writeAtomically(join(dir, MEMORY_FILE), `${JSON.stringify(known)}\n`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
