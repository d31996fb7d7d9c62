import { NoAnswer, runExecution, subjects, VersionConflict, type EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import { cancelRun, decideSuite } from '../domain/decide-suite.ts';
import { executionLost } from '../domain/drafts.ts';
import { nextLostIn, orphansAfter, type Orphans } from '../domain/orphans.ts';
import { reconcileRun, type Execution } from '../domain/reconcile.ts';
import { evolveRun, initialRunState, isOver, type RunState } from '../domain/run-state.ts';
import type { Engine, EngineRun } from './engine.ts';
import { inTime } from './in-time.ts';
import type { Reactor } from './reactor.ts';
import type { SuiteIndex } from './suite-index.ts';

export interface ReconcilerOptions {
  readonly bus: Pick<EventBus, 'log' | 'questions'>;
  readonly index: SuiteIndex;
  readonly engine: Engine;
  readonly reactor: Reactor;
  readonly logger: Logger;
  /** An execution that runs in the engine but that no dispatcher carries out for so long is replaced. */
  readonly executionLostAfterMs: number;
  /** Monotonic, in ms. */
  readonly now: () => number;
}

interface OpenRun {
  readonly suiteId: string;
  readonly runId: string;
  readonly test: string;
  readonly run: RunState;
}

/** How long one question to the engine may take. */
const CALL_MS = 30_000;
/** How long a dispatcher may take to say that it carries out an execution. */
const DISPATCHER_ANSWERS_MS = 5_000;
/** Questions to dispatchers under way at once. */
const ASKED_AT_ONCE = 50;
/** After a replacement: the engine cancels in its own time, and until then refuses the new execution as a duplicate. */
const LOOK_AGAIN_MS = 2_000;
/** The engine's clock may be slower than the log's. */
const CLOCK_SKEW_MS = 3_600_000;

/**
 * Compares the open runs of the log with the engine's. Messages are hints that can be lost, and the engine can forget or be
 * told otherwise: this finds what no message will tell. Each call is one comparison; it returns in how many ms to look again,
 * where that is soon. What it asks of the engine does not grow with the runs that are as they should be.
 */
export function createReconciler(options: ReconcilerOptions): () => Promise<number | undefined> {
  const { bus, index, engine, reactor, logger, executionLostAfterMs, now } = options;
  let orphans: Orphans = new Map();

  /** Runs that should be executing, by the log. */
  const wantedRuns = (): Map<string, OpenRun> => {
    const wanted = new Map<string, OpenRun>();
    for (const [suiteId, suite] of index.open()) {
      for (const action of decideSuite(suiteId, suite)) {
        const run = action.kind === 'start' ? suite.runs.get(action.runId) : undefined;
        if (action.kind === 'start' && run) wanted.set(action.runId, { ...action, suiteId, run });
      }
    }
    return wanted;
  };

  async function advanceSuites(): Promise<void> {
    for (const suiteId of [...index.open().keys(), ...index.left().keys()]) {
      // One suite that cannot go on must not keep the others from being looked at.
      await reactor.advance(suiteId).catch((error: unknown) => {
        logger.error({ err: error, suite: suiteId }, 'a suite could not be reconciled');
      });
    }
  }

  const isCarriedOut = ({ engineRunId }: EngineRun): Promise<boolean> =>
    bus.questions.ask(runExecution(engineRunId), {}, { timeoutMs: DISPATCHER_ANSWERS_MS }).then(
      () => true,
      // Somebody who is slow is there; so may be who cannot be asked.
      (error: unknown) => !(error instanceof NoAnswer && error.nobody),
    );

  /** Of the runs the engine says it executes: those nobody carries out. */
  async function findOrphans(running: readonly EngineRun[]): Promise<string[]> {
    const found: string[] = [];
    for (let from = 0; from < running.length; from += ASKED_AT_ONCE) {
      const asked = running.slice(from, from + ASKED_AT_ONCE);
      const answers = await Promise.all(asked.map(isCarriedOut));
      found.push(...asked.filter((_, at) => answers[at] === false).map(({ engineRunId }) => engineRunId));
    }
    return found;
  }

  /** Does what the comparison says of one run; true where it has to be looked at again soon. */
  async function settle({ suiteId, runId, test, run }: OpenRun, executions: readonly Execution[]): Promise<boolean> {
    const verdict = reconcileRun(run, executions, executionLostAfterMs);
    switch (verdict.kind) {
      case 'fine':
        return false;
      case 'start':
        logger.warn({ suite: suiteId, run: runId }, 'the engine does not execute this run: started again');
        await inTime(engine.start(suiteId, runId, test), CALL_MS);
        return false;
      case 'cancel': {
        const cancel = cancelRun(suiteId, runId, run, verdict.reason).find((action) => action.kind === 'append');
        if (cancel) await bus.log.append(cancel.draft, cancel.expected).catch(tolerateConflict);
        return false;
      }
      case 'replace':
        for (const execution of verdict.executions) {
          // First the fact, so that nobody takes the cancel for somebody's wish.
          if (!run.lostExecutions.has(execution)) {
            await bus.log.append(executionLost(suiteId, runId, run, execution), run.version);
          }
        }
        logger.warn({ suite: suiteId, run: runId, ...verdict }, 'nobody carries out this execution: replaced');
        await inTime(engine.cancel(verdict.executions), CALL_MS);
        await inTime(engine.start(suiteId, runId, test), CALL_MS);
        return true;
    }
  }

  /** Whether the run may be executed; the index can be behind the log, which has the last word. */
  async function isOpen({ suiteId, runId }: EngineRun): Promise<boolean> {
    const isOpenIn = (run: RunState | undefined) => run?.queued !== undefined && !isOver(run);
    if (isOpenIn(index.get(suiteId)?.runs.get(runId))) return true;
    return isOpenIn((await bus.log.read(subjects.run(runId))).reduce(evolveRun, initialRunState));
  }

  async function stopStrays(alive: readonly EngineRun[]): Promise<void> {
    const strays: string[] = [];
    for (const execution of alive) {
      if (await isOpen(execution)) continue;
      logger.warn({ ...execution }, 'the engine executes a run that the log does not know as open: stopped');
      strays.push(execution.engineRunId);
    }
    if (strays.length > 0) await inTime(engine.cancel(strays), CALL_MS);
  }

  return async () => {
    const listed = await inTime(engine.alive(), CALL_MS).catch((error: unknown) => error as Error);
    if (!(listed instanceof Error)) {
      for (const { suiteId, runId, node } of listed) if (node === undefined) reactor.isExecuting(suiteId, runId);
    }
    await advanceSuites();
    if (listed instanceof Error) throw listed;

    const wanted = wantedRuns();
    const since = Math.min(...[...wanted.values()].map(({ run }) => Date.parse(run.queued?.time ?? '')));
    const cancelled =
      wanted.size === 0
        ? []
        : await inTime(engine.cancelled(new Set(wanted.keys()), new Date(since - CLOCK_SKEW_MS)), CALL_MS);
    const alive = listed.filter(({ runId, node }) => node === undefined && wanted.has(runId));
    orphans = orphansAfter(orphans, await findOrphans(alive.filter(({ status }) => status === 'RUNNING')), now());

    const executions = Map.groupBy([...alive, ...cancelled], ({ runId }) => runId);
    let soon = nextLostIn(orphans, executionLostAfterMs, now());
    for (const open of wanted.values()) {
      const shown = (executions.get(open.runId) ?? []).map((execution): Execution => {
        const { engineRunId: id, status, cancelledBy } = execution;
        const since = orphans.get(id);
        return {
          id,
          status,
          ...(since === undefined ? {} : { orphanedMs: now() - since }),
          ...(cancelledBy === undefined ? {} : { cancelledBy }),
        };
      });
      const again = await settle(open, shown).catch((error: unknown) => {
        if (error instanceof VersionConflict) return true;
        logger.error({ err: error, suite: open.suiteId, run: open.runId }, 'a run could not be reconciled');
        return false;
      });
      if (again) soon = Math.min(soon ?? Infinity, LOOK_AGAIN_MS);
    }
    await stopStrays(listed.filter(({ runId }) => !wanted.has(runId)));
    return soon;
  };
}

function tolerateConflict(error: unknown): void {
  if (!(error instanceof VersionConflict)) throw error;
}
