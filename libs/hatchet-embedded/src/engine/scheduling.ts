import { chooseWorker, occupy, type Candidate } from '../domain/choose-worker.ts';
import type { DesiredLabel } from '../domain/labels.ts';
import type { ReadyRun } from '../store/run-store.ts';
import { actionFor } from './actions.ts';
import type { Core, Tx } from './core.ts';
import { record } from './transitions.ts';

/** Monotonic order of assignments, for round robin; its absolute value means nothing. */
let assignments = 0;

/** Gives ready runs to workers with room, best priority first. */
export function assignReady(core: Core, tx: Tx): void {
  const candidates = freeWorkers(core, tx);
  if (candidates.length === 0) return;
  const chosen: { run: ReadyRun; workerId: string }[] = [];
  const blocked = new Set<string>();
  for (const run of core.runs.ready()) {
    const kind = `${run.versionId} ${run.labelsJson ?? ''}`;
    if (blocked.has(kind)) continue;
    const { task } = core.workflows.version(run.versionId).definition;
    const labels = run.labelsJson === null ? task.labels : (JSON.parse(run.labelsJson) as DesiredLabel[]);
    const worker = chooseWorker({ action: run.action, labels, slots: task.slots }, candidates);
    if (worker) {
      assignments += 1;
      occupy(worker, task.slots, assignments);
      chosen.push({ run, workerId: worker.id });
    } else {
      blocked.add(kind);
    }
    if (!candidates.some(hasAnyRoom)) break;
  }
  // Only now: the runs were being read.
  for (const { run, workerId } of chosen) assign(core, tx, run.id, workerId);
}

function assign(core: Core, tx: Tx, runId: string, workerId: string): void {
  const run = core.runs.get(runId);
  const worker = core.workers.get(workerId);
  if (!run || !worker?.session) return;
  const { timeoutMs } = core.workflows.version(run.versionId).definition.task;
  // The execution timeout runs from the assignment, not from STARTED.
  const patch = {
    phase: 'assigned',
    workerId,
    holdsSlot: 1,
    sent: 0,
    scheduleTimeoutAt: null,
    timeoutAt: tx.now + timeoutMs,
  } as const;
  core.runs.update(runId, patch);
  const assigned = { ...run, ...patch };
  record(core, tx, assigned, 'ASSIGNED');
  const { queue } = worker.session;
  const action = actionFor(core, assigned, 'start');
  worker.lastUsed = assignments;
  tx.after(() => queue.push({ kind: 'start', runId, retryCount: run.retryCount, action }));
}

function freeWorkers(core: Core, tx: Tx): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const worker of core.workers.schedulable(tx.now, core.limits.heartbeatStaleMs)) {
    const { id, actions, labels, slots } = worker.record;
    const free = new Map(Object.entries(slots));
    candidates.set(id, {
      id,
      actions: new Set(actions),
      labels: new Map(Object.entries(labels)),
      free,
      lastUsed: worker.lastUsed,
    });
  }
  if (candidates.size === 0) return [];
  for (const { workerId, versionId, runs } of core.runs.occupancy()) {
    const { free } = candidates.get(workerId) ?? {};
    const { slots } = core.workflows.version(versionId).definition.task;
    for (const [type, units] of Object.entries(slots)) free?.set(type, (free.get(type) ?? 0) - units * runs);
  }
  return [...candidates.values()].filter(hasAnyRoom);
}

const hasAnyRoom = (candidate: Candidate): boolean => [...candidate.free.values()].some((units) => units > 0);
