import { VersionConflict, WaitTimeout, type EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import { decideRun } from '../domain/decide-run.ts';
import type { RunView } from '../domain/run-view.ts';
import type { Step } from '../domain/step.ts';
import { taskLine } from '../domain/task-line.ts';
import type { DispatchEdgeTask } from './engine.ts';
import { handOuts } from './hand-outs.ts';
import { loadRunView, subjectsOf } from './load-run-view.ts';
import { watchHost } from './watch-host.ts';
import { watchRunners } from './watch-runners.ts';

export interface ExecuteRunOptions {
  readonly bus: Pick<EventBus, 'log' | 'liveness'>;
  readonly runId: string;
  /** Hands a task to the engine; the returned promise settles when the engine says it is over, however. */
  readonly dispatch: DispatchEdgeTask;
  /** Between two tries to hand out a task, in ms. */
  readonly dispatchRetryMs: number;
  readonly logger: Logger;
  readonly runnerLostAfterMs: number;
  /** A host that is to make nodes, and has given no sign of life for so long, makes none, ms. */
  readonly hostLostAfterMs: number;
  /** Targets the operator has configured. */
  readonly targets: ReadonlySet<string>;
  /** Whether the run's suite is being cancelled, as far as this process knows. */
  readonly isCancelling: () => boolean;
  /** A line for who looks at the run in the engine. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
  readonly clock: () => number;
}

/**
 * Executes a run from whatever the log says, until it is over. Keeps no state that a restart would miss: the log is its
 * memory, and the same step decided twice has the same event id or child key.
 */
export async function executeRun(options: ExecuteRunOptions): Promise<void> {
  const { bus, runId, clock, signal } = options;
  const changed = new EventTarget();
  const onChange = () => changed.dispatchEvent(new Event('change'));
  const runners = watchRunners(bus.liveness, runId, options.runnerLostAfterMs, onChange);
  const host = watchHost(bus.liveness, options.hostLostAfterMs, onChange);
  const tasks = handOuts({ ...options, retryMs: options.dispatchRetryMs, onSettled: onChange });

  try {
    let view = await loadRunView(bus.log, runId);
    for (;;) {
      signal.throwIfAborted();
      runners.watch(view);
      host.watch(view);
      const step = decideRun(view, {
        now: clock(),
        targets: options.targets,
        lost: runners.lost,
        hostLost: host.isLost,
        cancelling: options.isCancelling(),
        settled: tasks.settled,
      });
      if (step.kind === 'done') return;
      if (step.kind === 'append') {
        await append(bus, view, step);
        const line = taskLine(view, step.draft, clock());
        if (line !== undefined) options.tell(line);
        view = await loadRunView(bus.log, runId);
        continue;
      }
      const seen = { settled: tasks.settled.size, lost: runners.lost.size, hostLost: host.isLost };
      tasks.want(step.tasks ?? []);
      view = await nextView(
        options,
        view,
        step,
        changed,
        () => tasks.settled.size > seen.settled || runners.lost.size > seen.lost || (host.isLost && !seen.hostLost),
      );
    }
  } finally {
    runners.stop();
    host.stop();
    tasks.stop();
  }
}

async function append(
  bus: Pick<EventBus, 'log'>,
  view: RunView,
  step: Extract<Step, { kind: 'append' }>,
): Promise<void> {
  try {
    await bus.log.append(step.draft, view.run.version);
  } catch (error) {
    // Somebody else decided first (a cancel, another replica): the next look at the log says what it was.
    if (!(error instanceof VersionConflict)) throw error;
  }
}

/** The run's view once it differs from `view`, once something beside the log changed, or at the step's deadline. */
async function nextView(
  { bus, runId, signal, clock }: ExecuteRunOptions,
  view: RunView,
  step: Extract<Step, { kind: 'wait' }>,
  changed: EventTarget,
  alreadyChanged: () => boolean,
): Promise<RunView> {
  const woken = new AbortController();
  const wake = () => woken.abort();
  changed.addEventListener('change', wake);
  try {
    // The change may be that the work was claimed or done: only a fresh look may decide.
    if (alreadyChanged()) return await loadRunView(bus.log, runId);
    return await bus.log.waitFor(
      subjectsOf(view),
      async () => {
        const now = await loadRunView(bus.log, runId);
        return now.sequence === view.sequence ? undefined : now;
      },
      {
        what: `${step.for} of run ${runId}`,
        timeoutMs: Math.max(0, step.until - clock()),
        signal: AbortSignal.any([signal, woken.signal]),
      },
    );
  } catch (error) {
    if (signal.aborted || !(error instanceof WaitTimeout || woken.signal.aborted)) throw error;
    return loadRunView(bus.log, runId);
  } finally {
    changed.removeEventListener('change', wake);
  }
}
