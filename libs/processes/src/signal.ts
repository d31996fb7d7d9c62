import type { ProcessId } from './process-id.ts';
import { isAlive } from './process-id.ts';

/** `target` as kill(2) has it. */
function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Sends a signal to exactly this process; false if it is gone. The start time is compared immediately before. */
export const signalProcess = (id: ProcessId, signal: NodeJS.Signals): boolean => isAlive(id) && send(id.pid, signal);

/** Signals a whole process group; false when it is gone. `leader` is the group leader's pid. */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  // 0 would be our own group, and 1 everybody.
  if (!Number.isInteger(leader) || leader <= 1) throw new RangeError(`${leader} is no process group`);
  return send(-leader, signal);
}
