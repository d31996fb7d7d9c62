import { BenchbusError, subjects } from '@benchbus/events';
import { within } from '@benchbus/service';
import type { Plan } from '@benchbus/suites';
import { deathIn, type Death } from '../domain/process-death.ts';
import { insistOnLog } from './insist-on-log.ts';
import type { RunnerContext } from './runner-context.ts';

/** As long as a timer can be: the signal ends the wait. */
const NEVER_MS = 2_147_483_647;
/** What fails by itself for another reason than its connection is not kept waiting longer for a death. */
const TOLD_MS = 2_000;

/**
 * Measures as long as nothing of the measured system dies unasked (ProcessDied of a node): then the work is ended, and fails
 * with that reason, also where it failed by itself a moment before.
 * @throws BenchbusError PROCESS_DIED, or what the host knows (CONTAINER_OOM_KILLED) | what `work` throws
 */
export async function unlessDied<T>(
  context: RunnerContext,
  plan: Plan,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { bus, config } = context;
  const edges = plan.nodes
    .filter(({ purpose }) => purpose === 'database')
    .map(({ name }) => subjects.edge(config.BENCHBUS_RUN, name));
  if (edges.length === 0) return work(signal);
  const over = new AbortController();
  const waiting = AbortSignal.any([signal, over.signal]);
  const find = async (): Promise<Death | undefined> =>
    (await Promise.all(edges.map((edge) => bus.log.read(edge)))).flatMap((history) => deathIn(history) ?? [])[0];
  const wait = (): Promise<Death | undefined> =>
    bus.log
      .waitFor<Death>(edges, find, { timeoutMs: NEVER_MS, signal: waiting, what: 'a death' })
      .catch((error: unknown) => {
        if (waiting.aborted) return undefined;
        throw error;
      });
  const death = insistOnLog(context, wait, waiting).catch(() => undefined);
  const fail = new AbortController();
  const died = (found: Death): BenchbusError => new BenchbusError(found.data.problem);
  void death.then((found) => found && fail.abort(died(found)));
  try {
    return await work(AbortSignal.any([signal, fail.signal]));
  } catch (error) {
    if (signal.aborted || fail.signal.aborted) throw error;
    // A load tool whose server dies may end before the server's runner has said so, which is the better reason.
    const lost = error instanceof BenchbusError && error.code === 'DATABASE_LOST';
    const found = await within(death, lost ? config.BENCHBUS_DEATH_TOLD_MS : TOLD_MS);
    throw found === 'late' || found === undefined ? error : died(found);
  } finally {
    over.abort(new Error('the measurement is over'));
  }
}
