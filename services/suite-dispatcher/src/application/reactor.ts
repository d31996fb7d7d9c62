import { VersionConflict, parseSubject, type Again, type AnyRecorded, type EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import { decideRelease } from '../domain/decide-release.ts';
import { decideSuite, type SuiteAction } from '../domain/decide-suite.ts';
import type { Engine } from './engine.ts';
import { loadRunView } from './load-run-view.ts';
import type { SuiteIndex } from './suite-index.ts';

export interface ReactorOptions {
  readonly bus: Pick<EventBus, 'log'>;
  readonly index: SuiteIndex;
  readonly engine: Pick<Engine, 'start' | 'stop'>;
  readonly logger: Logger;
  readonly releaseTimeoutMs: number;
  readonly clock: () => number;
}

export interface Reactor {
  /** A fact was logged: do what the suite and the run need now. A message is a hint; calling twice does no harm. */
  onEvent(event: AnyRecorded): Promise<void | Again>;
  /** Looks at a suite without an event: at start, and when the reconciler found something. */
  advanceSuite(suiteId: string): Promise<void>;
  /** Ends the keep time of a run. */
  release(runId: string): Promise<void>;
}

export function createReactor({ bus, index, engine, logger, releaseTimeoutMs, clock }: ReactorOptions): Reactor {
  /** Runs handed to the engine by this process, so that each hint does not trigger them again. */
  const started = new Set<string>();

  /** Appends what the release lacks, until it waits for others. Returns when to look again, if a time is known. */
  async function advanceRelease(runId: string, asked = false): Promise<number | undefined> {
    for (;;) {
      const view = await loadRunView(bus.log, runId);
      const step = decideRelease(view, { now: clock(), releaseTimeoutMs, asked });
      if (step.kind === 'nothing') return undefined;
      if (step.kind === 'later') return step.at;
      await tolerateConflict(() => bus.log.append(step.draft, view.run.version));
    }
  }

  async function act(suiteId: string, action: SuiteAction): Promise<void> {
    if (action.kind === 'append') {
      await tolerateConflict(() => bus.log.append(action.draft, action.expected));
      // Appended by us or by somebody else: decide again only with it in the index.
      const last = (await bus.log.read(action.draft.subject)).at(-1);
      await index.reached(last?.sequence ?? 0);
      return;
    }
    if (action.kind === 'stop') {
      started.delete(action.runId);
      // The log decides; an engine that is away is told by the reconciler later.
      await engine.stop(action.runId).catch((error: unknown) => {
        logger.warn({ err: error, run: action.runId }, 'the engine could not be told to stop the run');
      });
      return;
    }
    if (started.has(action.runId)) return;
    started.add(action.runId);
    try {
      await engine.start(suiteId, action.runId);
    } catch (error) {
      started.delete(action.runId);
      throw error;
    }
  }

  async function advanceSuite(suiteId: string): Promise<void> {
    for (;;) {
      const state = index.get(suiteId);
      const actions = state ? decideSuite(suiteId, state) : [];
      for (const action of actions) await act(suiteId, action);
      if (!actions.some((action) => action.kind === 'append')) return;
    }
  }

  return {
    async onEvent(event) {
      const subject = parseSubject(event.subject);
      const id = subject?.ids[0];
      if (!subject || id === undefined) return undefined;
      if (subject.aggregate === 'suite' || subject.aggregate === 'run') await index.reached(event.sequence);
      const at = subject.aggregate === 'suite' ? undefined : await advanceRelease(id);
      await advanceSuite(event.correlation);
      if (event.name === 'RunReleased') started.delete(id);
      const isTimer = ['RunCompleted', 'RunFailed', 'RunCancelled', 'RunReleaseRequested'].includes(event.name);
      return isTimer && at !== undefined ? { againInMs: Math.max(1, at - clock()) } : undefined;
    },
    advanceSuite,
    async release(runId) {
      await advanceRelease(runId, true);
    },
  };
}

/** A conflict means that somebody else was first: the caller looks again. */
async function tolerateConflict(append: () => Promise<unknown>): Promise<void> {
  try {
    await append();
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
  }
}
