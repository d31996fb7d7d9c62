import { setTimeout as pause } from 'node:timers/promises';
import { BenchbusError } from '@benchbus/events';
import type { StartAfter } from '@benchbus/suites';
import { whyNot } from './milestones.ts';
import type { ProbeWorld } from './world.ts';

export interface Patience {
  /** Pause between two probes, milliseconds. */
  readonly intervalMs: number;
  /** When to give up: milliseconds since 1970. */
  readonly deadline: number;
  /** Hears why it is not so yet, each time the reason is another one. */
  readonly onWaiting?: (reason: string) => void;
}

const tooLate = ({ node, process, until }: StartAfter, reason: string) =>
  new BenchbusError({
    code: 'MILESTONE_TIMEOUT',
    message: `${process} of node ${node} has not reached "${until}" in time: ${reason}`,
    where: `node ${node}, process ${process}, milestone ${until}`,
    hint: `look at the log of that process; if it only needs longer, give the suite a longer timeouts.database`,
  });

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/**
 * Probes until the milestone is reached: who is probed cannot tell, so this asks at short intervals.
 * @throws BenchbusError MILESTONE_TIMEOUT, or as `whyNot` does
 */
export async function awaitMilestone(need: StartAfter, world: ProbeWorld, patience: Patience): Promise<void> {
  const { intervalMs, deadline, onWaiting } = patience;
  let last: string | undefined;
  for (;;) {
    const left = deadline - Date.now();
    if (left <= 0) throw tooLate(need, last ?? 'nothing was probed');
    const reason = await whyNot(need, { ...world, timeoutMs: Math.max(1, Math.min(world.timeoutMs, left)) });
    if (reason === undefined) return;
    // A question that the deadline cut short says only that.
    if (last !== undefined && Date.now() >= deadline) continue;
    if (reason !== last) onWaiting?.(reason);
    last = reason;
    await rest(Math.max(0, Math.min(intervalMs, deadline - Date.now())), world.signal);
  }
}
