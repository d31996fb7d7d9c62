import { BenchbusError } from '@benchbus/events';
import { refusal, type WorkId } from '../domain/may-create.ts';
import { RunnerStopping } from '../runtime/process/runner-stopping.ts';
import type { RunnerContext } from './runner-context.ts';

/** Longest time that setTimeout takes (2^31-1 ms, 24 days). */
const MAX_TIMER_MS = 2_147_483_647;

const TIMEOUT_CODES = { database: 'DATABASE_TIMEOUT', workload: 'WORKLOAD_TIMEOUT' } as const;

/** A signal for one piece of work: aborts when the run is over or superseded, at the deadline, or when the runner stops. */
export function abortOn(context: RunnerContext, work: WorkId, deadline: string | undefined) {
  const controller = new AbortController();
  const { watch, bus, stopping } = context;
  const unwatch = watch.onChange((view) => {
    const problem = refusal(work, view, bus.log.incarnation);
    if (problem !== undefined) controller.abort(new BenchbusError(problem));
  });
  const onStop = () => controller.abort(new RunnerStopping());
  stopping.addEventListener('abort', onStop, { once: true });
  if (stopping.aborted) onStop();
  const late = () =>
    controller.abort(
      new BenchbusError({
        code: TIMEOUT_CODES[work.kind],
        message: `not done by ${deadline}`,
        where: `${work.kind}, attempt ${work.attempt}`,
        hint: `give the suite a longer timeouts.${work.kind}`,
      }),
    );
  const left = deadline === undefined ? MAX_TIMER_MS : Date.parse(deadline) - Date.now();
  const timer = setTimeout(late, Math.min(Math.max(left, 0), MAX_TIMER_MS));
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      unwatch();
      clearTimeout(timer);
      stopping.removeEventListener('abort', onStop);
    },
  };
}
