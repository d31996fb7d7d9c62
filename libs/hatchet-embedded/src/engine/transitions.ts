import { afterAppFailure, afterWorkerLoss } from '../domain/retry.ts';
import type { Run, RunPatch, RunStatus } from '../domain/run.ts';
import { actionFor } from './actions.ts';
import type { Core, Tx } from './core.ts';
import type { FeedEvent } from './feed.ts';

type Outcome = Extract<RunStatus, 'COMPLETED' | 'FAILED' | 'CANCELLED'>;

/** Clears everything that belongs to one stay in a queue or on a worker. */
const OFF_WORKER: RunPatch = {
  scheduleTimeoutAt: null,
  retryAt: null,
  timeoutAt: null,
  confirmBy: null,
  holdsSlot: 0,
  sent: 0,
};

/** Adds a line to the history of a run. */
export function record(core: Core, tx: Tx, run: Run, type: string, message = ''): void {
  const { id: runId, workerId, retryCount } = run;
  core.history.addTaskEvent({ runId, at: tx.now, type, message, workerId, retryCount });
}

/** Tells the open streams, once the transaction is committed. */
export function announce(core: Core, tx: Tx, run: Run, event: Pick<FeedEvent, 'kind' | 'type' | 'payload'>): void {
  const { id: runId, metadataJson, retryCount } = run;
  tx.after(() => core.feed.publish({ ...event, runId, metadataJson, retryCount, at: tx.now }));
}

/** The run waits for a worker from now on. */
export function makeReady(core: Core, tx: Tx, runId: string): void {
  core.runs.update(runId, { phase: 'ready' });
  tx.wake = true;
}

/** Ends a run: frees its worker slots and its places in concurrency groups. */
export function finish(
  core: Core,
  tx: Tx,
  run: Run,
  outcome: Outcome,
  result: { output?: string; error?: string; restStatus?: RunStatus },
): void {
  const { output = null, error = null, restStatus = outcome } = result;
  const startedAt = run.startedAt ?? (outcome === 'COMPLETED' ? tx.now : null);
  core.runs.update(run.id, {
    ...OFF_WORKER,
    phase: 'done',
    status: restStatus,
    cancelled: outcome === 'CANCELLED' ? 1 : 0,
    output,
    error,
    startedAt,
    finishedAt: tx.now,
  });
  for (const groupId of core.gates.leave(run.id)) tx.dirtyGroups.add(groupId);
  tx.wake = true;
  announce(core, tx, run, { kind: 'task', type: outcome, payload: output ?? error ?? '' });
  announce(core, tx, run, { kind: 'run', type: outcome, payload: output ?? error ?? '' });
}

/**
 * Cancels a run that has not ended; the worker is told, its later reports are ignored. Error "" is what the wire carries.
 * One that has ended stays as it is for REST; for gRPC it is cancelled from now on. False for these and unknown ones.
 */
export function cancelRun(core: Core, tx: Tx, runId: string, message: string, eventType = 'CANCELLED'): boolean {
  const run = core.runs.get(runId);
  if (!run) return false;
  if (run.phase === 'done') {
    core.runs.update(runId, { cancelled: 1 });
    return false;
  }
  if (run.phase === 'assigned') sendCancel(core, tx, run);
  record(core, tx, run, eventType, message);
  const restStatus = eventType === 'SCHEDULING_TIMED_OUT' ? 'FAILED' : 'CANCELLED';
  finish(core, tx, run, 'CANCELLED', { error: '', restStatus });
  return true;
}

/** A failure that no retry can mend, such as a bad concurrency expression. */
export function failWithoutRetry(core: Core, tx: Tx, run: Run, error: string): void {
  record(core, tx, run, 'FAILED', error);
  finish(core, tx, run, 'FAILED', { error });
}

/** The attempt failed in the task itself or timed out: retried as the task's policy says. */
export function failAttempt(
  core: Core,
  tx: Tx,
  run: Run,
  error: string,
  nonRetryable: boolean,
  type: 'FAILED' | 'TIMED_OUT',
): void {
  const decision = afterAppFailure(run, core.workflows.version(run.versionId).definition.task.retry, nonRetryable);
  record(core, tx, run, type, error);
  if (type === 'TIMED_OUT') announce(core, tx, run, { kind: 'task', type, payload: error });
  if (decision.kind === 'fail') finish(core, tx, run, 'FAILED', { error });
  else requeue(core, tx, run, decision.patch, decision.delayMs, 'RETRYING');
}

/** The worker is gone or never got the attempt: queued again under a new attempt number, so that late reports are ignored. */
export function loseAttempt(core: Core, tx: Tx, run: Run, type: 'REASSIGNED' | 'COULD_NOT_SEND_TO_WORKER'): void {
  const decision = afterWorkerLoss(run);
  if (decision.kind === 'fail') failWithoutRetry(core, tx, run, 'Task reached its maximum reassignment count');
  else requeue(core, tx, run, decision.patch, 0, type);
}

/** Back-off over: into the queue with a new schedule timeout. */
export function endBackoff(core: Core, tx: Tx, run: Run): void {
  core.runs.update(run.id, { ...queued(core, tx, run), phase: 'ready' });
  tx.wake = true;
}

/** What every stay in the queue begins with. */
export function queued(core: Core, tx: Tx, run: Pick<Run, 'versionId'>): RunPatch {
  const { scheduleTimeoutMs } = core.workflows.version(run.versionId).definition.task;
  return {
    ...OFF_WORKER,
    status: 'QUEUED',
    scheduleTimeoutAt: tx.now + scheduleTimeoutMs,
    queueOrder: core.runs.nextQueueOrder(),
    startedAt: null,
  };
}

/** Tells the worker to abort this attempt; kept for its next stream when it has none now. */
export function sendCancel(core: Core, tx: Tx, run: Run): void {
  if (run.workerId === null) return;
  const worker = core.workers.get(run.workerId);
  if (!worker?.session) {
    core.workerStore.addPendingCancel(run.workerId, run.id, run.retryCount);
    return;
  }
  const { queue } = worker.session;
  const action = actionFor(core, run, 'cancel');
  tx.after(() => queue.push({ kind: 'cancel', runId: run.id, retryCount: run.retryCount, action }));
}

/** Concurrency slots are kept over retries: they are held from admission to the end of the run. */
function requeue(core: Core, tx: Tx, run: Run, patch: RunPatch, delayMs: number, type: string): void {
  record(core, tx, { ...run, ...patch }, type);
  const waiting: RunPatch =
    delayMs > 0
      ? { ...OFF_WORKER, status: 'QUEUED', phase: 'backoff', startedAt: null, retryAt: tx.now + delayMs }
      : { ...queued(core, tx, run), phase: 'ready' };
  core.runs.update(run.id, { ...patch, ...waiting });
  tx.wake = true;
}
