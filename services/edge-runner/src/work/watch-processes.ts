import { setTimeout as pause } from 'node:timers/promises';
import { decideAndAppend, problemOf } from '@benchbus/events';
import { launchOf, type PlannedProcess, type ProcessKind } from '@benchbus/suites';
import type { NodeRole } from '../domain/node-role.ts';
import { deathIn, processDied, readyAttempt } from '../domain/process-death.ts';
import { isKilledByFault } from '../faults/killed-note.ts';
import { isStoppedForCopy } from '../kept/stopped-note.ts';
import type { ProcessEnded } from '../runtime/host/process-host.ts';
import { insistOnLog } from './insist-on-log.ts';
import type { RunnerContext } from './runner-context.ts';
import { safeProblem } from './safe-problem.ts';

type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;

/** Before a host that could not tell (its engine is away) is asked again. */
const RETRY_MS = 1_000;

export interface ProcessWatch {
  /** Watches what runs on the node if it is ready and the run goes on; again is nothing. */
  resume(): Promise<void>;
  /** One process, that was started again. */
  again(kind: ProcessKind): void;
  stop(): Promise<void>;
}

/**
 * Sees a process of the ready node end that nobody asked to: ProcessDied, which fails the measurement. Nothing is started again:
 * a measurement with a gap that no suite asked for would be taken for one without.
 */
export function watchProcesses(context: RunnerContext, role: DatabaseRole): ProcessWatch {
  const { bus, subject, watch, logger, host, stopping, config } = context;
  const { name: node, address, processes } = role.node;
  const over = new AbortController();
  const signal = AbortSignal.any([stopping, over.signal]);
  const watched = new Map<ProcessKind, Promise<void>>();

  const report = async ({ kind }: PlannedProcess, { code, said, problem }: ProcessEnded): Promise<void> => {
    const died = safeProblem(problem ?? processDied({ node, address, kind, code, said }), context.secrets);
    if ((await insistOnLog(context, () => watch.read())).overBy !== undefined) return;
    await insistOnLog(context, () =>
      decideAndAppend(bus.log, subject, (history) => {
        const attempt = readyAttempt(history);
        const ready = history.findLast(({ name }) => name === 'DatabaseReady');
        if (attempt === undefined || ready === undefined || deathIn(history, kind) !== undefined) return undefined;
        return {
          ...{ name: 'ProcessDied', subject, cause: ready.id, discriminator: `${node}:${kind}`, attempt },
          correlation: config.BENCHBUS_SUITE,
          data: { attempt, process: kind, at: new Date().toISOString(), problem: died },
        };
      }),
    );
    logger.error({ ...died, process: kind }, 'a process died');
  };

  const untilDead = async (planned: PlannedProcess): Promise<void> => {
    const hosted = await host.process(planned);
    const ended = await hosted.untilEnded(signal);
    // As asked: watched again when it is started again.
    if (signal.aborted || (await isKilledByFault(hosted)) || (await isStoppedForCopy(hosted))) return;
    await report(planned, ended);
  };

  const insisting = async (planned: PlannedProcess): Promise<void> => {
    for (let told = false; !signal.aborted; told = true)
      try {
        return await untilDead(planned);
      } catch (error) {
        if (signal.aborted) return;
        if (!told)
          logger.warn({ ...problemOf(error), process: planned.kind }, 'a process cannot be watched; tried again');
        await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
  };

  const begin = (planned: PlannedProcess): void => {
    const { kind } = planned;
    if (launchOf(planned)?.run === undefined || watched.has(kind) || signal.aborted) return;
    watched.set(
      kind,
      insisting(planned).finally(() => watched.delete(kind)),
    );
  };
  const unwatch = watch.onChange(({ overBy }) => {
    if (overBy !== undefined) over.abort(new Error(`the run is over (${overBy})`));
  });

  return {
    resume: async () => {
      const history = await insistOnLog(context, () => bus.log.read(subject));
      if (readyAttempt(history) === undefined) return;
      for (const planned of processes) if (deathIn(history, planned.kind) === undefined) begin(planned);
    },
    again: (kind) => {
      const planned = processes.find((one) => one.kind === kind);
      if (planned !== undefined) begin(planned);
    },
    stop: async () => {
      unwatch();
      over.abort(new Error('the runner is stopping'));
      await Promise.all(watched.values());
    },
  };
}
