import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { isAlive, lockHolder, signalProcess, waitForDeath } from '@benchbus/processes';
import { crashPoint } from '@benchbus/service';
import { removeSegment, removeShm } from '../adapters/shared-memory.ts';
import { LOCK, nodeDir } from './node-folder.ts';
import { nodeMemory, postmasters } from './node-memory.ts';
import type { NodeMemory } from './node-memory.ts';
import { nodeProcesses } from './node-processes.ts';
import type { NodeProcess, Whose } from './node-processes.ts';
import { isRunFolder } from './run-folder.ts';

const nameOf = ({ pid, command }: NodeProcess): string => `process ${pid} (${command})`;

/**
 * Signal, grace, SIGKILL. Start times are compared before each signal, so a re-used pid is never hit. Returns what did not
 * end by the signal alone.
 */
async function end(victims: readonly NodeProcess[], signal: NodeJS.Signals, graceMs: number): Promise<NodeProcess[]> {
  const hit: NodeProcess[] = [];
  for (const victim of victims) {
    crashPoint('before.process-kill');
    if (signalProcess(victim, signal)) hit.push(victim);
    crashPoint('after.process-kill');
  }
  const stubborn = await waitForDeath(hit, graceMs);
  for (const victim of stubborn) signalProcess(victim, 'SIGKILL');
  await waitForDeath(stubborn, graceMs);
  return stubborn.filter((victim) => !isAlive(victim));
}

/**
 * In this order: who restarts things (the runner), who uses the database (the load tool), the database. Returns what the
 * regular stop of these left alive, and had to be killed.
 */
async function endProcesses(whose: Whose, runId: string, node: string, graceMs: number): Promise<NodeProcess[]> {
  const dir = nodeDir(whose.localDir, runId, node);
  const list = () => nodeProcesses(whose, runId, node).filter((process) => process.node === node);
  const runner = lockHolder(join(dir, LOCK));
  const killed = await end(
    list().filter(({ pid }) => pid === runner),
    'SIGTERM',
    graceMs,
  );
  const others = list().filter(({ postgres }) => !postgres);
  killed.push(...(await end(others, 'SIGTERM', graceMs)));
  const pids = new Set(postmasters(dir).map(({ pid }) => pid));
  const database = list().filter(({ postgres, pid }) => postgres && pids.has(pid));
  killed.push(...(await end(database, 'SIGQUIT', graceMs)));
  // What a postmaster leaves to die by itself gets the chance to; then every label, whatever it is.
  await waitForDeath(list(), Math.min(graceMs, 500));
  const left = list();
  await end(left, 'SIGKILL', graceMs);
  return [...killed, ...left.filter((process) => !isAlive(process))];
}

const uniqueSegments = (segments: NodeMemory['segments']) => [
  ...new Map(segments.map((segment) => [segment.id, segment])).values(),
];

async function removeMemory(memory: NodeMemory): Promise<string[]> {
  const gone = removeShm(memory.files).map((name) => `/dev/shm/${name}`);
  for (const segment of memory.segments) if (await removeSegment(segment)) gone.push(`System V segment ${segment.id}`);
  return gone;
}

/**
 * Everything of one node: processes, shared memory, then its folder, last, because it alone tells what else there was.
 * Repeatable after a crash at any point. Returns what the node's regular stop left behind and was reclaimed: processes that
 * had to be killed, shared memory. Of an ordinary release that is nothing; the node's own folder is not a leftover.
 * @throws BenchbusError NODE_UNDESTROYABLE when a process survives SIGKILL for the grace period
 */
export async function destroyNode(whose: Whose, runId: string, node: string, graceMs: number): Promise<string[]> {
  const dir = nodeDir(whose.localDir, runId, node);
  const mine = () => nodeProcesses(whose, runId, node).filter((process) => process.node === node);
  const before = nodeMemory(dir, mine());
  const reclaimed = (await endProcesses(whose, runId, node, graceMs)).map(nameOf);
  const left = mine();
  if (left.length > 0) {
    throw new BenchbusError({
      code: 'NODE_UNDESTROYABLE',
      message: left.map(nameOf).join(', '),
      where: node,
      hint: 'these processes survive SIGKILL (state D in ps: waiting for a disk or network file system?)',
    });
  }
  const after = nodeMemory(dir, []);
  reclaimed.push(
    ...(await removeMemory({
      files: [...new Set([...before.files, ...after.files])],
      segments: uniqueSegments([...before.segments, ...after.segments]),
    })),
  );
  if (isRunFolder(whose.localDir, whose.installation, runId) && existsSync(dir)) {
    crashPoint('before.folder-remove');
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    crashPoint('after.folder-remove');
  }
  return reclaimed;
}
