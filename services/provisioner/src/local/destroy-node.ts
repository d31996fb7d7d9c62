import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { commandLineOf, freeze, isAlive, lockHolder, signalProcess, waitForDeath } from '@benchbus/processes';
import { crashPoint, namedEffect } from '@benchbus/service';
import { listedNames, removeSegment, removeShm } from '../adapters/shared-memory.ts';
import { LOCK, nodeDir } from './node-folder.ts';
import { nodeMemory, rememberMemory } from './node-memory.ts';
import type { NodeMemory } from './node-memory.ts';
import { nodeProcesses } from './node-processes.ts';
import type { NodeProcess, Whose } from './node-processes.ts';
import { isRunFolder } from './run-folder.ts';

const nameOf = ({ pid, command }: NodeProcess): string => `process ${pid} (${command})`;

const all = (memories: readonly NodeMemory[]): NodeMemory => {
  const files = new Set(memories.flatMap((memory) => memory.files));
  const segments = new Map(memories.flatMap((memory) => memory.segments).map((segment) => [segment.id, segment]));
  return { files: [...new Set([...files, ...[...files].flatMap(listedNames)])], segments: [...segments.values()] };
};

/** One node that is being destroyed. */
interface Doomed {
  readonly dir: string;
  readonly graceMs: number;
  /** Whether the folder is this installation's. */
  readonly ours: boolean;
  readonly list: () => NodeProcess[];
  /** Shared memory it was seen to have; grows. */
  readonly seen: NodeMemory[];
}

/**
 * All processes of the node stand still now, and their shared memory is known. A server makes it at any time, and initdb's
 * servers (`--boot`, `--check`) die of any signal without removing it; and only of what stands still it is certain what it
 * is: initdb's next child may be about to become a server.
 */
async function holdStill({ dir, graceMs, ours, list, seen }: Doomed): Promise<NodeProcess[]> {
  await namedEffect('process-freeze', () => freeze(list, graceMs));
  const held = list();
  seen.push(nodeMemory(dir, held));
  crashPoint('before.memory-record');
  if (ours) rememberMemory(dir, all(seen));
  crashPoint('after.memory-record');
  return held;
}

/**
 * Signal, grace, SIGKILL. Start times are compared before each signal, so a re-used pid is never hit. Those that stand still
 * go on when all have been sent their signal: they take it before anything else. Returns what did not end by it alone.
 */
async function end(
  victims: readonly NodeProcess[],
  signalFor: (victim: NodeProcess) => NodeJS.Signals,
  graceMs: number,
  { frozen = false } = {},
): Promise<NodeProcess[]> {
  const hit: NodeProcess[] = [];
  for (const victim of victims) {
    crashPoint('before.process-kill');
    if (signalProcess(victim, signalFor(victim))) hit.push(victim);
    crashPoint('after.process-kill');
  }
  if (frozen) for (const victim of hit) signalProcess(victim, 'SIGCONT');
  const stubborn = await waitForDeath(hit, graceMs);
  for (const victim of stubborn) signalProcess(victim, 'SIGKILL');
  await waitForDeath(stubborn, graceMs);
  return stubborn.filter((victim) => !isAlive(victim));
}

/**
 * Of what is no server. Patroni would start its server again, or wait for a store that is being destroyed, too, as would etcd
 * for its peers; PgBouncer would wait for its clients.
 */
const FAREWELLS: Readonly<Partial<Record<string, NodeJS.Signals>>> = {
  patroni: 'SIGKILL',
  etcd: 'SIGKILL',
  pgbouncer: 'SIGQUIT',
};

/** Who may start others again goes first. */
const restartersFirst = (a: NodeProcess, b: NodeProcess): number => Number(a.postgres) - Number(b.postgres);

/**
 * How a process is asked to end. A server without a postmaster (initdb's) blocks signals while it makes its shared memory,
 * then dies of them without removing it: only SIGKILL keeps it from making any once it is held.
 */
function farewell({ pid, postgres, kind }: NodeProcess): NodeJS.Signals {
  if (!postgres) return (kind === undefined ? undefined : FAREWELLS[kind]) ?? 'SIGTERM';
  return /^\S*postgres --(?:boot|check|single)(?: |$)/.test(commandLineOf(pid)) ? 'SIGKILL' : 'SIGQUIT';
}

/**
 * First who restarts things (the runner), then everything else: SIGTERM, but immediate shutdown for a database, each
 * process of it, so that none goes on and makes something until it hears of it. Returns what the regular stop of these left
 * alive, and had to be killed.
 */
async function endProcesses(doomed: Doomed): Promise<NodeProcess[]> {
  const { dir, graceMs, list } = doomed;
  const runner = lockHolder(join(dir, LOCK));
  const killed = await end(
    list().filter(({ pid }) => pid === runner),
    () => 'SIGTERM',
    graceMs,
  );
  const held = await holdStill(doomed);
  killed.push(...(await end(held.sort(restartersFirst), farewell, graceMs, { frozen: true })));
  // What they leave to end by itself gets the chance to; then every label, whatever it is.
  await waitForDeath(list(), Math.min(graceMs, 500));
  const left = await holdStill(doomed);
  await end(left, () => 'SIGKILL', graceMs);
  return [...killed, ...left.filter((process) => !isAlive(process))];
}

async function removeMemory(memory: NodeMemory): Promise<string[]> {
  const gone = removeShm(memory.files).map((name) => `/dev/shm/${name}`);
  for (const segment of memory.segments) if (await removeSegment(segment)) gone.push(`System V segment ${segment.id}`);
  return gone;
}

/**
 * Everything of one node: processes, shared memory, then its folder, last, because it alone tells what else there was.
 * Repeatable after a crash at any point. Returns what the node's regular stop left behind and was reclaimed: processes that
 * had to be killed, shared memory. Of an ordinary release that is nothing; the node's own folder is not a leftover.
 * @param beforeFolder ends what the node has elsewhere, told by its folder; returns what there was
 * @throws BenchbusError NODE_UNDESTROYABLE when a process survives SIGKILL for the grace period
 */
export async function destroyNode(
  whose: Whose,
  runId: string,
  node: string,
  graceMs: number,
  beforeFolder: (dir: string) => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<string[]> {
  const dir = nodeDir(whose.localDir, runId, node);
  const mine = () => nodeProcesses(whose, runId, node).filter((process) => process.node === node);
  const ours = isRunFolder(whose.localDir, whose.installation, runId);
  const seen = [nodeMemory(dir, mine())];
  const reclaimed = (await endProcesses({ dir, graceMs, ours, list: mine, seen })).map(nameOf);
  const left = mine();
  if (left.length > 0) {
    throw new BenchbusError({
      code: 'NODE_UNDESTROYABLE',
      message: left.map(nameOf).join(', '),
      where: node,
      hint: 'these processes survive SIGKILL (state D in ps: waiting for a disk or network file system?)',
    });
  }
  const memory = all([...seen, nodeMemory(dir, [])]);
  if (ours) rememberMemory(dir, memory);
  reclaimed.push(...(await removeMemory(memory)));
  if (ours && existsSync(dir)) {
    reclaimed.push(...(await beforeFolder(dir)));
    await namedEffect('folder-remove', () => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  }
  return reclaimed;
}
