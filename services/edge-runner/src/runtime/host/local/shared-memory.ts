import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workingDirOf } from '@benchbus/processes';
import { z } from 'zod';
import { readIfThere, writeWhole } from '../../process/files.ts';

/** Names in /dev/shm that a process maps, from /proc/<pid>/maps (proc(5)). */
export const shmNames = (maps: string): string[] =>
  [...maps.matchAll(/ \/dev\/shm\/(\S+)$/gm)].flatMap(([, name]) => name ?? []);

const mapped = async (pid: string) => shmNames(await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => ''));

async function childrenOf(pid: number): Promise<string[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => ''));
  return (await Promise.all(lists)).flatMap((list) => list.split(' ')).filter((child) => child !== '');
}

/**
 * `postmaster.pid`, line 1: the server that works in this data folder, whoever started it (Patroni, too). A killed one leaves
 * the file, and its pid may be another process's by now.
 */
async function postmasterIn(dataDir: string): Promise<number | undefined> {
  const pid = Number((await readIfThere(join(dataDir, 'postmaster.pid')))?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 && workingDirOf(pid) === dataDir ? pid : undefined;
}

async function known(file: string): Promise<string[]> {
  const text = await readIfThere(file);
  const names = z.array(z.string()).safeParse(text === undefined ? [] : JSON.parse(text)).data ?? [];
  return names.filter((name) => existsSync(join('/dev/shm', name)));
}

/**
 * Writes a JSON array of the /dev/shm names that the servers of these data folders and their children map, and of those it
 * has already and that still are there: what whoever destroys the node has to remove if a server was killed hard. Parallel
 * queries and grown statistics add to them over time.
 */
export async function recordSharedMemory(dataDirs: readonly string[], file: string): Promise<void> {
  const servers = (await Promise.all(dataDirs.map(postmasterIn))).filter((pid) => pid !== undefined);
  const pids = (await Promise.all(servers.map(async (pid) => [String(pid), ...(await childrenOf(pid))]))).flat();
  const names = new Set([...(await known(file)), ...(await Promise.all(pids.map(mapped))).flat()]);
  if (names.size > 0) await writeWhole(file, `${JSON.stringify([...names])}\n`);
}
