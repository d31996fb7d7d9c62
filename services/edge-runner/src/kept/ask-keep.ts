import { setTimeout as pause } from 'node:timers/promises';
import { NoAnswer, nodeKeep, subjects } from '@benchbus/events';
import type { NodeRole } from '../domain/node-role.ts';
import { insistOnLog } from '../work/insist-on-log.ts';
import type { RunnerContext } from '../work/runner-context.ts';
import type { WorkOrder } from '../work/work-order.ts';
import { isFromCopy } from './node-copy.ts';

type LoadRole = Extract<NodeRole, { kind: 'workload' }>;

/** Of one question; a copy takes as long as it takes, and is asked for until the stage is over. */
const ANSWER_MS = 30_000;
const AGAIN_MS = 500;

/** Whether the data of the run are a copy already, so that nothing needs be loaded. A further attempt finds them used. */
export async function dataAreThere(context: RunnerContext, { kept }: LoadRole, attempt: number): Promise<boolean> {
  if (kept === undefined || attempt > 1) return false;
  const subject = subjects.edge(context.config.BENCHBUS_RUN, kept.node);
  const history = await insistOnLog(context, () => context.bus.log.read(subject));
  const ready = history.findLast((event) => event.name === 'DatabaseReady');
  return ready?.name === 'DatabaseReady' && isFromCopy(ready.data.proven);
}

/**
 * Has the node that has the freshly loaded data keep a copy of them; undefined where none is wanted: a further attempt loads into
 * a server that was used before. Resolves when the database is ready again.
 */
export function keeper(
  context: RunnerContext,
  { kept }: LoadRole,
  { attempt }: Pick<WorkOrder, 'attempt'>,
): ((signal: AbortSignal) => Promise<void>) | undefined {
  if (kept === undefined || attempt > 1) return undefined;
  const question = nodeKeep(context.config.BENCHBUS_RUN, kept.node);
  return async (signal) => {
    for (;;) {
      signal.throwIfAborted();
      try {
        await context.bus.questions.ask(question, { attempt }, { timeoutMs: ANSWER_MS });
        return;
      } catch (error) {
        // Its runner may be away for a moment: the next one goes on.
        if (!(error instanceof NoAnswer)) throw error;
        await pause(AGAIN_MS, undefined, { signal });
      }
    }
  };
}
