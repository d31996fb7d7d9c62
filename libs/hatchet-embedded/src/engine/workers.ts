import { randomUUID } from 'node:crypto';
import type { LabelValue } from '../domain/labels.ts';
import type { WorkerRecord } from '../store/worker-store.ts';
import type { Core } from './core.ts';
import { knownWorker } from './sessions.ts';

/** Every registration is a new worker, also under a known name. */
export function registerWorker(core: Core, worker: Omit<WorkerRecord, 'id' | 'paused' | 'createdAt'>): WorkerRecord {
  return core.transact('full', (tx) => {
    const record: WorkerRecord = { ...worker, id: randomUUID(), paused: false, createdAt: tx.now };
    core.workerStore.save(record);
    tx.after(() => core.workers.add(record, tx.now));
    return record;
  });
}

/** Adds and replaces labels; the others stay. */
export function upsertLabels(core: Core, workerId: string, labels: Readonly<Record<string, LabelValue>>): void {
  change(core, workerId, (record) => ({ ...record, labels: { ...record.labels, ...labels } }));
}

/** A paused worker keeps its tasks and gets no new ones. */
export function setPaused(core: Core, workerId: string, paused: boolean): void {
  change(core, workerId, (record) => ({ ...record, paused }));
}

function change(core: Core, workerId: string, edit: (record: WorkerRecord) => WorkerRecord): void {
  const worker = knownWorker(core, workerId);
  const before = worker.record;
  try {
    core.transact('full', (tx) => {
      // In memory first: the scheduling pass of this very transaction must see it.
      worker.record = edit(before);
      core.workerStore.save(worker.record);
      tx.wake = true;
    });
  } catch (error) {
    worker.record = before;
    throw error;
  }
}
