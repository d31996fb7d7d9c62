import { VersionConflict, type EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import { cancelRun, decideSuite } from '../domain/decide-suite.ts';
import { reconcileRun } from '../domain/reconcile.ts';
import { isOver } from '../domain/run-state.ts';
import type { Engine } from './engine.ts';
import type { Reactor } from './reactor.ts';
import type { SuiteIndex } from './suite-index.ts';

export interface ReconcilerOptions {
  readonly bus: Pick<EventBus, 'log'>;
  readonly index: SuiteIndex;
  readonly engine: Engine;
  readonly reactor: Reactor;
  readonly logger: Logger;
}

/**
 * Compares the open runs of the log with the engine's. Messages are hints that can be lost, and the engine can forget or be
 * told otherwise: this finds what no message will tell.
 */
export async function reconcile({ bus, index, engine, reactor, logger }: ReconcilerOptions): Promise<void> {
  for (const suiteId of [...index.open().keys()]) {
    // One suite that cannot go on must not keep the others from being looked at.
    await reconcileSuite(suiteId).catch((error: unknown) => {
      logger.error({ err: error, suite: suiteId }, 'a suite could not be reconciled');
    });
  }
  for (const execution of await engine.alive()) {
    const suite = index.get(execution.suiteId);
    const run = suite?.runs.get(execution.runId);
    if (run?.queued && !isOver(run)) continue;
    logger.warn({ run: execution.runId }, 'the engine executes a run that the log does not know as open: stopped');
    await engine.stop(execution.runId);
  }

  async function reconcileSuite(suiteId: string): Promise<void> {
    await reactor.advance(suiteId);
    const suite = index.get(suiteId);
    if (!suite) return;
    for (const action of decideSuite(suiteId, suite)) {
      const run = action.kind === 'start' ? suite.runs.get(action.runId) : undefined;
      if (action.kind !== 'start' || !run) continue;
      const { runId } = action;
      const verdict = reconcileRun(run, await engine.executions(runId));
      if (verdict.kind === 'start') {
        logger.warn({ suite: suiteId, run: runId }, 'the engine does not execute this run: started again');
        await engine.start(suiteId, runId, action.test);
      } else if (verdict.kind === 'cancel') {
        const cancel = cancelRun(suiteId, runId, run, verdict.reason).find((action) => action.kind === 'append');
        if (!cancel) continue;
        await bus.log.append(cancel.draft, cancel.expected).catch((error: unknown) => {
          if (!(error instanceof VersionConflict)) throw error;
        });
      }
    }
  }
}
