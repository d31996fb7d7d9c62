import { readdir, readFile } from 'node:fs/promises';
import { writeWhole } from '../process/files.ts';

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
 * Writes a JSON array of the /dev/shm names that the postmaster and its children map: what whoever destroys the node
 * has to remove if the server was killed hard.
 */
export async function recordSharedMemory(postmaster: number, file: string): Promise<void> {
  const pids = [String(postmaster), ...(await childrenOf(postmaster))];
  const names = new Set((await Promise.all(pids.map(mapped))).flat());
  await writeWhole(file, `${JSON.stringify([...names])}\n`);
}
