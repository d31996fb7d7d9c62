import { setTimeout as delay } from 'node:timers/promises';
import { readProc } from './proc-files.ts';
import { isAlive } from './process-id.ts';
import type { ProcessId } from './process-id.ts';
import { signalProcess } from './signal.ts';

const LOOK_EVERY_MS = 5;

/** In state T of /proc/<pid>/stat (proc(5)): stopped by a signal, so it is in no system call. Of the main thread. */
const standsStill = ({ pid }: ProcessId): boolean => / T /.test((readProc(`${pid}/stat`) ?? '').replace(/^.*\)/s, ''));

/**
 * Stops (SIGSTOP) all that `list` names, and what these have started meanwhile, until it names nothing that still moves:
 * from then on they make nothing new, and what they hold can be looked up. Returns them. Linux tells nobody but the parent
 * of a stop, so this looks every 5 ms, bounded by `timeoutMs` (a process in state D stops late). SIGCONT lets them go on.
 */
export async function freeze<P extends ProcessId>(list: () => readonly P[], timeoutMs: number): Promise<P[]> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = list().filter(isAlive);
    const moving = found.filter((process) => !standsStill(process));
    if (moving.length === 0 || performance.now() >= end) return found;
    for (const process of moving) signalProcess(process, 'SIGSTOP');
    await delay(LOOK_EVERY_MS);
  }
}
