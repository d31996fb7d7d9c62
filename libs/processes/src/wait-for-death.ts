import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessId } from './process-id.ts';
import { isAlive } from './process-id.ts';

const LOOK_EVERY_MS = 20;

/**
 * Waits until all are dead or the time is over; returns who still lives. Linux tells nobody but the parent of a death,
 * and Node has no pidfd, so this looks every 20 ms, bounded by the grace period.
 */
export async function waitForDeath<P extends ProcessId>(processes: readonly P[], graceMs: number): Promise<P[]> {
  const end = performance.now() + graceMs;
  let alive = processes.filter(isAlive);
  while (alive.length > 0 && performance.now() < end) {
    await delay(LOOK_EVERY_MS);
    alive = alive.filter(isAlive);
  }
  return alive;
}
