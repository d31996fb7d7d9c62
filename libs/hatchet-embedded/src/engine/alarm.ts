import { nextDelay } from '../domain/due.ts';
import type { Core, Tx } from './core.ts';
import { cancelRun, endBackoff, failAttempt, loseAttempt, sendCancel } from './transitions.ts';

/** One timer for the next thing that becomes due; re-armed after every commit. */
export class Alarm {
  readonly #core: Core;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = 0;

  constructor(core: Core) {
    this.#core = core;
    core.onCommit = () => this.#arm();
  }

  /** After a start: attempts that never reached a stream are queued again, then everything overdue is handled. */
  start(): void {
    this.#core.transact('full', (tx) => {
      for (const run of this.#core.runs.unsent()) loseAttempt(this.#core, tx, run, 'COULD_NOT_SEND_TO_WORKER');
    });
  }

  stop(): void {
    this.#core.onCommit = () => undefined;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { runs, workers, limits } = this.#core;
    const now = Date.now();
    const losses = runs.busyWorkers().map((id) => workers.lastSeen(id) + limits.reassignAfterMs + 1);
    const delay = nextDelay([...runs.dueTimes(), ...losses], now);
    if (delay === null) return;
    this.#dueAt = now + delay;
    this.#timer = setTimeout(() => this.#ring(), delay);
  }

  #ring(): void {
    const core = this.#core;
    const lateMs = Date.now() - this.#dueAt;
    if (lateMs > core.limits.heartbeatStaleMs) core.workers.forgive(Date.now());
    core.transact('full', (tx) => handleDue(core, tx));
  }
}

/** Everything whose time has come at `tx.now`. */
function handleDue(core: Core, tx: Tx): void {
  for (const run of core.runs.scheduleOverdue(tx.now)) {
    cancelRun(core, tx, run.id, 'Scheduling timed out', 'SCHEDULING_TIMED_OUT');
  }
  for (const run of core.runs.retryDue(tx.now)) endBackoff(core, tx, run);
  for (const run of core.runs.timedOut(tx.now)) {
    const { timeoutText } = core.workflows.version(run.versionId).definition.task;
    sendCancel(core, tx, run);
    failAttempt(core, tx, run, `Task exceeded timeout of ${timeoutText}`, false, 'TIMED_OUT');
  }
  for (const run of core.runs.unconfirmed(tx.now)) {
    sendCancel(core, tx, run); // should it run after all, it must not run twice
    loseAttempt(core, tx, run, 'COULD_NOT_SEND_TO_WORKER');
  }
  for (const workerId of core.runs.busyWorkers()) {
    if (tx.now - core.workers.lastSeen(workerId) <= core.limits.reassignAfterMs) continue;
    core.logger.warn({ workerId }, 'worker lost: its tasks are queued again');
    for (const run of core.runs.assignedTo(workerId)) loseAttempt(core, tx, run, 'REASSIGNED');
  }
}
