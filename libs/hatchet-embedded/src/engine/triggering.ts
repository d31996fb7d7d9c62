import { randomUUID } from 'node:crypto';
import { childDedupeKey } from '../domain/dedupe.ts';
import type { DesiredLabel } from '../domain/labels.ts';
import { Refusal } from '../engine-error.ts';
import type { NewRun } from '../store/run-store.ts';
import type { Core, Tx } from './core.ts';
import { enterGate } from './gates.ts';
import { queued, record } from './transitions.ts';

/** A trigger as the services hand it over: texts checked to be JSON, labels normalised. */
export interface Trigger {
  readonly name: string;
  readonly inputJson: string;
  readonly metadataJson: string | null;
  readonly priority: number | undefined;
  readonly labels: readonly DesiredLabel[];
  readonly parentRunId: string | undefined;
  readonly parentTaskId: string | undefined;
  readonly childIndex: number | undefined;
  readonly childKey: string | undefined;
}

/** Creates a run and queues it; a child that exists already is only named. Returns the run's id. */
export function triggerRun(core: Core, tx: Tx, trigger: Trigger): string {
  const workflow = core.workflows.byName(trigger.name);
  const version = workflow && core.workflows.latest(workflow.id);
  if (!version)
    throw new Refusal('not-found', `workflow '${trigger.name}' is not registered; start a worker that has it first`);
  const { definition } = version;
  const { parentTaskId, childKey, childIndex } = trigger;
  const step = `${version.workflowId}:${definition.task.name}`;
  const dedupeKey = childDedupeKey({ parentTaskId, step, childKey, childIndex });
  const existing = dedupeKey === null ? undefined : core.runs.idByDedupeKey(dedupeKey);
  if (existing !== undefined) return existing;
  const run: NewRun = {
    ...BLANK,
    id: randomUUID(),
    workflowId: version.workflowId,
    versionId: version.id,
    action: definition.task.action,
    inputJson: trigger.inputJson,
    metadataJson: trigger.metadataJson,
    priority: trigger.priority ?? definition.defaultPriority,
    parentRunId: trigger.parentRunId ?? null,
    parentTaskId: parentTaskId ?? null,
    childIndex: parentTaskId === undefined ? null : (childIndex ?? null),
    childKey: childKey ?? null,
    dedupeKey,
    labelsJson: trigger.labels.length > 0 ? JSON.stringify(trigger.labels) : null,
    createdAt: tx.now,
  };
  core.runs.insert({ ...run, ...queued(core, tx, run) });
  enqueue(core, tx, run.id, 'CREATED');
  return run.id;
}

/** Runs a finished one again under the same id: fresh retry counters, a higher attempt number. False if it has not ended. */
export function replayRun(core: Core, tx: Tx, runId: string): boolean {
  const run = core.runs.get(runId);
  if (run?.phase !== 'done') return false;
  const { retryCount } = run;
  const fresh = {
    retryCount: retryCount + 1,
    appRetries: 0,
    internalRetries: 0,
    cancelled: 0 as const,
    output: null,
    error: null,
    finishedAt: null,
  };
  core.runs.update(runId, { ...queued(core, tx, run), ...fresh, phase: 'gated', workerId: null });
  enqueue(core, tx, runId, 'RETRIED_BY_USER');
  return true;
}

function enqueue(core: Core, tx: Tx, runId: string, eventType: string): void {
  const run = core.runs.get(runId);
  if (!run) throw new Error(`run ${runId} vanished within its own transaction`);
  record(core, tx, run, eventType);
  record(core, tx, run, 'QUEUED');
  enterGate(core, tx, run, 0);
}

const BLANK = {
  phase: 'gated',
  status: 'QUEUED',
  retryCount: 0,
  appRetries: 0,
  internalRetries: 0,
  queueOrder: 0,
  scheduleTimeoutAt: null,
  retryAt: null,
  timeoutAt: null,
  confirmBy: null,
  startedAt: null,
  finishedAt: null,
  workerId: null,
  holdsSlot: 0,
  sent: 0,
  cancelled: 0,
  output: null,
  error: null,
} as const;
