import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LOCK_BUSY, untilUnlocked } from '@benchbus/processes';
import type { Problem } from '@benchbus/suites';
import type { Logger } from 'pino';
import { nextRestart } from '../domain/restart-limit.ts';
import type { RestartLimits } from '../domain/restart-limit.ts';
import { runnerStartFailed } from '../domain/problems.ts';
import { LOCK } from './node-folder.ts';
import type { NodeLabel } from './node-folder.ts';

export interface KeeperOptions {
  readonly limits: RestartLimits;
  readonly logger: Logger;
  readonly start: (label: NodeLabel, dir: string) => Promise<ChildProcess>;
  /** Asks the log before each restart. */
  readonly mayRestart: (label: NodeLabel) => Promise<boolean>;
  readonly tail: (label: NodeLabel) => string;
}

interface Kept {
  readonly label: NodeLabel;
  readonly dir: string;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** Restarts runners that die while their deployment is open. A death is an event: our child's exit, or its lock is free. */
export class RunnerKeeper {
  readonly #options: KeeperOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #givenUp = new Map<string, Problem>();
  readonly #events = new EventEmitter().setMaxListeners(0);

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** `child`: if this process started it; else it is adopted, alive or dead. Keeping a kept one again changes nothing. */
  keep(label: NodeLabel, dir: string, child?: ChildProcess): void {
    const key = `${label.run}/${label.node}`;
    if (this.#kept.has(key)) return;
    const controller = new AbortController();
    const done = this.#watch(label, dir, child, controller.signal)
      .catch((error: unknown) => {
        if (!controller.signal.aborted)
          this.#options.logger.error({ err: error, run: label.run, node: label.node }, 'the watch of a runner failed');
      })
      .finally(() => this.#kept.delete(key));
    this.#kept.set(key, { label, dir, controller, done });
  }

  /** Keeps the run's (or all) runners no longer; after this nothing is started for it. The runners themselves live on. */
  async release(runId?: string, node?: string): Promise<void> {
    const mine = [...this.#kept.values()].filter(
      ({ label }) => (runId === undefined || label.run === runId) && (node === undefined || label.node === node),
    );
    for (const { controller } of mine) controller.abort();
    await Promise.all(mine.map(({ done }) => done));
    if (runId !== undefined) this.#givenUp.delete(runId);
  }

  async gaveUp(runId: string, signal: AbortSignal): Promise<Problem> {
    for (;;) {
      const problem = this.#givenUp.get(runId);
      if (problem !== undefined) return problem;
      await once(this.#events, `gave-up ${runId}`, { signal });
    }
  }

  async #watch(label: NodeLabel, dir: string, first: ChildProcess | undefined, signal: AbortSignal): Promise<void> {
    const { limits, logger, start, mayRestart, tail } = this.#options;
    const where = { run: label.run, node: label.node };
    const restarts: number[] = [];
    let child = first;
    for (;;) {
      await death(dir, child, signal);
      const wait = nextRestart(restarts, Date.now(), limits);
      if (wait === undefined) {
        const problem = runnerStartFailed(label.node, tail(label));
        logger.error({ ...where, ...problem }, 'the runner does not stay up: it is left dead');
        this.#givenUp.set(label.run, problem);
        this.#events.emit(`gave-up ${label.run}`);
        return;
      }
      await delay(wait, undefined, { signal });
      if (!(await mayRestart(label))) return;
      signal.throwIfAborted();
      logger.warn(
        { ...where, exitCode: child?.exitCode, signal: child?.signalCode },
        'the runner died: starting it again',
      );
      restarts.push(Date.now());
      child = await start(label, dir);
    }
  }
}

async function death(dir: string, child: ChildProcess | undefined, signal: AbortSignal): Promise<void> {
  if (child !== undefined) {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit', { signal });
    if (child.exitCode !== LOCK_BUSY) return;
  }
  await untilUnlocked(join(dir, LOCK), signal);
}
