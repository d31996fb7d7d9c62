import { VersionConflict, parseSubject, subjects, type Again, type AnyRecorded, type EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import { decideRelease } from '../domain/decide-release.ts';
import { decideSuite, type SuiteAction } from '../domain/decide-suite.ts';
import { evolveRun, initialRunState } from '../domain/run-state.ts';
import { createClocks } from './clocks.ts';
import type { Engine } from './engine.ts';
import { inTime } from './in-time.ts';
import { loadRunView } from './load-run-view.ts';
import type { SuiteIndex } from './suite-index.ts';

export interface ReactorOptions {
  readonly bus: Pick<EventBus, 'log'>;
  readonly index: SuiteIndex;
  readonly engine: Pick<Engine, 'start' | 'stop'>;
  readonly logger: Logger;
  readonly releaseTimeoutMs: number;
  readonly clock: () => number;
  /** The engine could not be told something. */
  readonly onEngineError?: () => void;
}

export interface Reactor {
  /** A fact was logged: do what the suite and the run need now. A message is a hint; calling twice does no harm. */
  onEvent(event: AnyRecorded): Promise<void>;
  /** Looks at a suite and the release of its runs without an event: at start, and for what no message tells. */
  advance(suiteId: string): Promise<void>;
  /** The engine executes this run: no hint need start it. */
  isExecuting(suiteId: string, runId: string): void;
  /** How many runs this process takes the engine to execute. */
  readonly executing: number;
  /** Ends the keep time of a run; `Again` while something else keeps it, which the wish must outlive. */
  release(runId: string): Promise<Again | undefined>;
  /** Releases that time alone carries on: how many this process waits with. */
  readonly waiting: number;
  /** Resolves when what the engine is being told is over: a few seconds at most, however the engine is. */
  idle(): Promise<void>;
  /** Waits with no release any more; the other replicas do. Resolves when idle. */
  stop(): Promise<void>;
}

/** How long the engine may take to answer, until it is told again. */
const TELLING_MS = 5_000;

/** How soon a wish to release is looked at again, while what a failed workload left is still being stored. */
const WISH_AGAIN_MS = 1_000;

export function createReactor(options: ReactorOptions): Reactor {
  const { bus, index, engine, logger, releaseTimeoutMs, clock } = options;
  /** Runs that are known to be the engine's, so that each hint does not trigger them again; until they are released, whoever does that. */
  const started = new Set<string>();
  /**
   * Of each release that waits, its keep time or timeout. Every replica has it, from the reconciler at the latest, so that
   * nothing is lost with one; no message waits with it, which would look like work that nobody does.
   */
  const clocks = createClocks({
    clock,
    onError: (error, run) =>
      logger.warn({ err: error, run }, 'a release could not go on; the reconciler comes back to it'),
  });
  const offReleased = index.onReleased((runId) => {
    clocks.cancel(runId);
    started.delete(runId);
  });

  /** Appends what the release lacks, until it waits for others. Returns when it is looked at again, if a time is known. */
  async function advanceRelease(suiteId: string, runId: string, asked = false): Promise<number | undefined> {
    for (;;) {
      const run = (await bus.log.read(subjects.run(runId))).reduce(evolveRun, initialRunState);
      if (!run.ended || run.released) return waitsNoMore(runId);
      const view = await loadRunView(bus.log, runId);
      const endKeep = index.get(suiteId)?.cancelling ? 'cancelled' : asked ? 'asked' : undefined;
      const step = decideRelease(view, { now: clock(), releaseTimeoutMs, endKeep });
      if (step.kind === 'nothing') return waitsNoMore(runId);
      if (step.kind === 'later') {
        clocks.set(runId, step.at, () => advanceRelease(suiteId, runId));
        return step.at;
      }
      await tolerateConflict(() => bus.log.append(step.draft, view.run.version));
    }
  }

  function waitsNoMore(runId: string): undefined {
    clocks.cancel(runId);
    return undefined;
  }

  async function advanceReleases(suiteId: string): Promise<void> {
    // Of a suite that no longer waits for them, too: the janitor goes on, and what it did may have been told to nobody.
    for (const [runId, { ended, released }] of (index.get(suiteId) ?? index.left().get(suiteId))?.runs ?? []) {
      if (ended && !released) await advanceRelease(suiteId, runId);
    }
  }

  const telling = new Set<Promise<void>>();

  /**
   * The engine is not the truth: nobody waits for it, so that one that hangs holds up neither a cancel nor a release. What it
   * could not be told, the reconciler tells it later.
   */
  function tell(runId: string, what: () => Promise<void>, onFailure?: () => void): void {
    const told = inTime(what(), TELLING_MS)
      .catch((error: unknown) => {
        logger.warn({ err: error, run: runId }, 'the engine could not be reached; the reconciler comes back to it');
        options.onEngineError?.();
        onFailure?.();
      })
      .finally(() => telling.delete(told));
    telling.add(told);
  }

  async function act(suiteId: string, action: SuiteAction): Promise<void> {
    if (action.kind === 'append') {
      await tolerateConflict(() => bus.log.append(action.draft, action.expected));
      // Appended by us or by somebody else: decide again only with it in the index.
      const last = (await bus.log.read(action.draft.subject)).at(-1);
      await index.reached(last?.sequence ?? 0);
      return;
    }
    const { runId } = action;
    if (action.kind === 'stop') {
      if (started.delete(runId) || action.begun) tell(runId, () => engine.stop(runId));
    } else if (!started.has(runId)) {
      started.add(runId);
      const start = () => engine.start(suiteId, runId, action.test);
      tell(runId, start, () => started.delete(runId));
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
      const suiteId = event.correlation;
      if (event.subject.startsWith('evt.suite.') || event.subject.startsWith('evt.run.')) {
        await index.reached(event.sequence);
      }
      const runId = runOf(event);
      await (runId === undefined ? advanceReleases(suiteId) : advanceRelease(suiteId, runId));
      await advanceSuite(suiteId);
    },
    async advance(suiteId) {
      await advanceReleases(suiteId);
      await advanceSuite(suiteId);
    },
    isExecuting(suiteId, runId) {
      // The engine's list is of a moment ago: nothing would take a run out again that is over.
      const run = index.get(suiteId)?.runs.get(runId);
      if (run !== undefined && !run.ended) started.add(runId);
    },
    get executing() {
      return started.size;
    },
    async release(runId) {
      const queued = (await bus.log.read(subjects.run(runId)))[0];
      if (!queued || (await advanceRelease(queued.correlation, runId, true)) === undefined) return undefined;
      const { releaseRequested } = (await bus.log.read(subjects.run(runId))).reduce(evolveRun, initialRunState);
      return releaseRequested ? undefined : { againInMs: WISH_AGAIN_MS };
    },
    get waiting() {
      return clocks.size;
    },
    async idle() {
      await Promise.all(telling);
    },
    async stop() {
      offReleased();
      await Promise.all([clocks.stop(), ...telling]);
    },
  };
}

/** The run a fact is about; undefined for facts of a whole suite. */
function runOf(event: AnyRecorded): string | undefined {
  if (event.name === 'ArtifactStored' || event.name === 'ArtifactRejected') return event.data.runId;
  const subject = parseSubject(event.subject);
  return subject && subject.aggregate !== 'suite' && subject.aggregate !== 'artifact' ? subject.ids[0] : undefined;
}

/** A conflict means that somebody else was first: the caller looks again. */
async function tolerateConflict(append: () => Promise<unknown>): Promise<void> {
  try {
    await append();
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
  }
}
