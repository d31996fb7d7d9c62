import { problemOf, startLongTimer, type LongTimer } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import { restartsOf, type Restart } from '../domain/fault-facts.ts';
import type { ProcessKind } from '@benchbus/suites';
import { hostLaunch } from '../topology/hosted-launch.ts';
import { insistOnLog } from '../work/insist-on-log.ts';
import { hostedContext } from '../work/launch-context.ts';
import type { RunnerContext } from '../work/runner-context.ts';
import type { DatabaseRole } from './inject-fault.ts';
import { noteRestart, wasRestarted } from './killed-note.ts';

export interface Restarts {
  /** Sets the clocks for what the log says was killed; again is nothing. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const keyOf = ({ kind, attempt, index }: Restart): string => `${kind}:${attempt}:${index}`;

/** Starts again what a fault killed, when its time has come: from the log, so also after the runner's own restart. */
export function startRestarts(
  context: RunnerContext,
  role: DatabaseRole,
  onStarted: (kind: ProcessKind) => void,
): Restarts {
  const { bus, subject, watch, logger, host, stopping } = context;
  const timers = new Map<string, LongTimer>();
  let running: Promise<unknown> = Promise.resolve();

  const begin = async (restart: Restart): Promise<void> => {
    const newest = restartsOf(await insistOnLog(context, () => bus.log.read(subject)));
    const isLast = newest.some((one) => keyOf(one) === keyOf(restart));
    const planned = role.node.processes.find(({ kind }) => kind === restart.kind);
    if (!isLast || planned === undefined || stopping.aborted) return;
    const { hosted, launch } = await hostLaunch(hostedContext(context, role), planned);
    if (launch.run === undefined || (await wasRestarted(hosted, restart))) return;
    // The fence: a run that is over gets nothing new.
    if ((await insistOnLog(context, () => watch.read())).overBy !== undefined) return;
    const { run } = launch;
    const how = await namedEffect('fault-restart', () => hosted.start(run));
    await noteRestart(hosted, restart);
    onStarted(restart.kind);
    logger.info({ process: restart.kind, how }, 'started again after a fault');
    await host.recordMemory();
  };
  const fire = (restart: Restart): void => {
    running = Promise.all([
      running,
      begin(restart).catch((error: unknown) => {
        if (!stopping.aborted)
          logger.error(
            { ...problemOf(error), process: restart.kind },
            'what a fault killed could not be started again',
          );
      }),
    ]);
  };

  return {
    resume: async () => {
      for (const restart of restartsOf(await bus.log.read(subject))) {
        const key = keyOf(restart);
        if (timers.has(key) || stopping.aborted) continue;
        timers.set(
          key,
          startLongTimer(() => fire(restart), Math.max(0, restart.atMs - Date.now())),
        );
      }
    },
    stop: async () => {
      for (const timer of timers.values()) timer.cancel();
      await running;
    },
  };
}
