import { parseGoDuration } from '../domain/duration.ts';
import type { Run } from '../domain/run.ts';
import { Refusal } from '../engine-error.ts';
import type { Core } from './core.ts';
import { announce, failAttempt, finish, record } from './transitions.ts';

export interface Report {
  readonly type: 'STARTED' | 'COMPLETED' | 'FAILED';
  readonly runId: string;
  /** Attempt the report is about; absent means the current one. */
  readonly retryCount: number | undefined;
  readonly payload: string;
  readonly nonRetryable: boolean;
}

/** A worker reports on an attempt; what is not about the running attempt is ignored, as late reports are normal. */
export function reportAttempt(core: Core, report: Report): void {
  if (report.type === 'COMPLETED' && !isJson(report.payload))
    throw new Refusal('invalid', 'event_payload: the output is not JSON');
  core.transact(report.type === 'STARTED' ? 'normal' : 'full', (tx) => {
    const run = core.runs.get(report.runId);
    if (run?.phase !== 'assigned' || (report.retryCount ?? run.retryCount) !== run.retryCount) return;
    if (report.type === 'STARTED') {
      core.runs.update(run.id, { status: 'RUNNING', startedAt: tx.now, sent: 1, confirmBy: null });
      record(core, tx, run, 'STARTED');
      announce(core, tx, run, { kind: 'task', type: 'STARTED', payload: '' });
    } else if (report.type === 'COMPLETED') {
      record(core, tx, run, 'FINISHED');
      finish(core, tx, run, 'COMPLETED', { output: report.payload });
    } else {
      failAttempt(core, tx, run, report.payload, report.nonRetryable, 'FAILED');
    }
  });
}

/** Moves the execution timeout by the increment, from where it was. Returns the new time. */
export function refreshTimeout(core: Core, runId: string, incrementBy: string): number {
  const incrementMs = parseGoDuration(incrementBy);
  if (incrementMs === null)
    throw new Refusal('invalid', `increment_timeout_by: '${incrementBy}' is not a duration such as 10s`);
  return core.transact('full', (tx) => {
    const run = running(core, runId);
    const timeoutAt = (run.timeoutAt ?? tx.now) + incrementMs;
    core.runs.update(run.id, { timeoutAt });
    record(core, tx, run, 'TIMEOUT_REFRESHED', `Timeout refreshed by ${incrementBy}`);
    return timeoutAt;
  });
}

/** The task goes on without occupying its worker's slots. */
export function releaseSlot(core: Core, runId: string): void {
  core.transact('full', (tx) => {
    const run = running(core, runId);
    core.runs.update(run.id, { holdsSlot: 0 });
    record(core, tx, run, 'SLOT_RELEASED');
    tx.wake = true;
  });
}

function running(core: Core, runId: string): Run {
  const run = core.runs.get(runId);
  if (!run) throw new Refusal('not-found', `task run ${runId} does not exist`);
  if (run.phase !== 'assigned') throw new Refusal('precondition', `task run ${runId} is not running on a worker`);
  return run;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
