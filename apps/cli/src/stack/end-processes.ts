import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessId } from './proc.ts';
import { isAlive, signal } from './proc.ts';

/** They are not our children: the kernel tells nobody when they end, so we look this often, for at most the grace time. */
const LOOK_EVERY_MS = 50;

async function waitForEnd(processes: readonly ProcessId[], timeoutMs: number): Promise<readonly ProcessId[]> {
  const deadline = performance.now() + timeoutMs;
  let living = processes.filter(isAlive);
  while (living.length > 0 && performance.now() < deadline) {
    await delay(LOOK_EVERY_MS);
    living = living.filter(isAlive);
  }
  return living;
}

/** Ends processes that somebody else started: SIGTERM, and SIGKILL for those that live after `graceMs`. */
export async function endProcesses(processes: readonly ProcessId[], graceMs: number): Promise<void> {
  for (const process of processes.filter(isAlive)) signal(process.pid, 'SIGTERM');
  const stubborn = await waitForEnd(processes, graceMs);
  for (const process of stubborn) signal(process.pid, 'SIGKILL');
  await waitForEnd(stubborn, 5_000);
}
