import { Refusal } from '../engine-error.ts';
import { actionFor } from './actions.ts';
import type { Core, Tx } from './core.ts';
import { loseAttempt, record } from './transitions.ts';
import type { Outgoing, Session, WorkerState } from './worker-registry.ts';

/** The worker, or the real engine's NOT_FOUND. */
export function knownWorker(core: Core, workerId: string): WorkerState {
  const worker = core.workers.get(workerId);
  if (!worker) throw new Refusal('not-found', `worker ${workerId} is not registered`);
  return worker;
}

/** A worker listens: it becomes active, its running tasks go on. A newer stream takes over from an older one. */
export function openSession(core: Core, workerId: string): Session {
  const worker = knownWorker(core, workerId);
  if (worker.session) closeSession(core, worker.session);
  const session: Session = { workerId, ...core.openQueue<Outgoing>() };
  core.transact('full', (tx) => {
    for (const { runId, retryCount } of core.workerStore.takePendingCancels(workerId)) {
      const run = core.runs.get(runId);
      if (!run) continue;
      const action = actionFor(core, { ...run, retryCount }, 'cancel');
      session.queue.push({ kind: 'cancel', runId, retryCount, action });
    }
    // What was written to the old stream may have died in its buffers: only STARTED proves that it arrived.
    for (const run of core.runs.assignedTo(workerId)) {
      if (run.startedAt === null) core.runs.update(run.id, { confirmBy: tx.now + core.limits.startConfirmMs });
    }
    worker.session = session;
    worker.listenedAt = tx.now;
    // An opened stream is a sign of life; without it the worker would idle until its next beat.
    worker.lastHeartbeatAt = tx.now;
    tx.wake = true;
  });
  core.logger.info({ workerId, name: worker.record.name }, 'worker listens');
  return session;
}

/** The stream is over: the worker gets nothing new; what it has been sent stays with it, what it has not is queued again. */
export function closeSession(core: Core, session: Session): void {
  session.close();
  const worker = core.workers.get(session.workerId);
  if (worker?.session !== session) return;
  worker.session = undefined;
  core.transact('full', (tx) => {
    for (const item of session.queue.drain()) keepCancel(core, session.workerId, item);
    for (const run of core.runs.assignedTo(session.workerId)) {
      if (run.sent === 0) loseAttempt(core, tx, run, 'COULD_NOT_SEND_TO_WORKER');
    }
  });
  core.logger.info({ workerId: session.workerId }, 'worker stream ended');
}

/** The item went to the stream; from now on a crash leaves the attempt with the worker. */
export function markSent(core: Core, item: Outgoing): void {
  if (item.kind === 'cancel') return;
  core.transact('normal', (tx) => {
    const run = core.runs.get(item.runId);
    if (run?.phase !== 'assigned' || run.retryCount !== item.retryCount) return;
    core.runs.update(run.id, { sent: 1 });
    record(core, tx, run, 'SENT_TO_WORKER');
  });
}

/** A beat counts only while the worker listens; a stale worker that beats again gets work again. */
export function heartbeat(core: Core, workerId: string): void {
  const worker = knownWorker(core, workerId);
  if (!worker.session) throw new Refusal('precondition', `heartbeat rejected: worker ${workerId} has no open stream`);
  const now = Date.now();
  const wasStale = now - (worker.lastHeartbeatAt ?? 0) > core.limits.heartbeatStaleMs;
  worker.lastHeartbeatAt = now;
  if (wasStale && core.runs.hasReady()) core.transact('full', wake);
}

const wake = (tx: Tx): void => {
  tx.wake = true;
};

function keepCancel(core: Core, workerId: string, item: Outgoing): void {
  if (item.kind === 'cancel') core.workerStore.addPendingCancel(workerId, item.runId, item.retryCount);
}
