import { nodeFault, problemOf } from '@benchbus/events';
import type { ProcessKind } from '@benchbus/suites';
import type { RunnerContext } from '../work/runner-context.ts';
import { injectFault, type DatabaseRole, type FaultAsked } from './inject-fault.ts';
import { startRestarts } from './restart-killed.ts';
import type { FaultFact } from '../domain/fault-facts.ts';

/**
 * Takes faults for this node from the load node's runner, each once, and starts again what they killed.
 * @param onStarted hears what was started again
 */
export async function answerFaults(
  context: RunnerContext,
  role: DatabaseRole,
  onStarted: (kind: ProcessKind) => void,
): Promise<{ stop(): Promise<void> }> {
  const { bus, config, logger } = context;
  const restarts = startRestarts(context, role, onStarted);
  const running = new Map<string, Promise<FaultFact>>();
  const once = (asked: FaultAsked): Promise<FaultFact> => {
    const key = `${asked.attempt}:${asked.index}`;
    const known = running.get(key);
    if (known !== undefined) return known;
    const fact = injectFault(context, role, asked).finally(() => running.delete(key));
    running.set(key, fact);
    return fact;
  };
  const resume = () =>
    restarts.resume().catch((error: unknown) => {
      logger.error({ ...problemOf(error) }, 'what a fault killed is not started again');
    });
  const answering = await bus.questions.answer(nodeFault(config.BENCHBUS_RUN, config.BENCHBUS_NODE), async (asked) => {
    const { data } = await once(asked);
    void resume();
    return { at: data.at, killed: data.killed };
  });
  // What was killed while a runner before this one was there.
  void resume();
  return {
    stop: async () => {
      await answering.stop();
      await restarts.stop();
    },
  };
}
