import type { ProcessId } from './process-id.ts';
import { signalProcess } from './signal.ts';
import { waitForDeath } from './wait-for-death.ts';

/**
 * Ends processes that somebody else may have started: SIGTERM, and SIGKILL for those that live after `graceMs`, whose end
 * is awaited for `killedMs`.
 */
export async function endProcesses(processes: readonly ProcessId[], graceMs: number, killedMs = 5_000): Promise<void> {
  for (const process of processes) signalProcess(process, 'SIGTERM');
  const stubborn = await waitForDeath(processes, graceMs);
  for (const process of stubborn) signalProcess(process, 'SIGKILL');
  await waitForDeath(stubborn, killedMs);
}
