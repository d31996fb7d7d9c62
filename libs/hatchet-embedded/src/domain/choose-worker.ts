import { weighWorker, type DesiredLabel, type LabelValue } from './labels.ts';

/** Units per slot type, e.g. `{ default: 1 }`. */
export type Slots = Readonly<Record<string, number>>;

/** A schedulable worker as the scheduler sees it: active, not paused, with a fresh heartbeat. */
export interface Candidate {
  readonly id: string;
  readonly actions: ReadonlySet<string>;
  readonly labels: ReadonlyMap<string, LabelValue>;
  readonly free: Map<string, number>;
  /** Order of the last assignment; the least recently used of equals wins, which is round robin. */
  lastUsed: number;
}

export interface Demand {
  readonly action: string;
  readonly labels: readonly DesiredLabel[];
  readonly slots: Slots;
}

/**
 * The worker with the highest label weight that has all slots free; lower weights only when the top group is full.
 * Undefined when nobody can take the task now.
 */
export function chooseWorker(demand: Demand, candidates: Iterable<Candidate>): Candidate | undefined {
  let best: { worker: Candidate; weight: number } | undefined;
  for (const worker of candidates) {
    if (!worker.actions.has(demand.action) || !hasRoom(worker, demand.slots)) continue;
    const weight = weighWorker(demand.labels, worker.labels);
    if (weight === null) continue;
    const better =
      best === undefined || weight > best.weight || (weight === best.weight && worker.lastUsed < best.worker.lastUsed);
    if (better) best = { worker, weight };
  }
  return best?.worker;
}

/** Takes the slots; call it right after choosing, before the next choice. */
export function occupy(worker: Candidate, slots: Slots, order: number): void {
  for (const [type, units] of Object.entries(slots)) worker.free.set(type, (worker.free.get(type) ?? 0) - units);
  worker.lastUsed = order;
}

function hasRoom(worker: Candidate, slots: Slots): boolean {
  return Object.entries(slots).every(([type, units]) => (worker.free.get(type) ?? 0) >= units);
}
