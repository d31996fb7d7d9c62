/** A worker's label value: text or integer, never both (proto `WorkerLabels`). */
export type LabelValue = string | number;

/** Comparators in the wire's order (proto enum `WorkerLabelComparator`, 0..5). */
export const COMPARATORS = ['=', '!=', '>', '>=', '<', '<='] as const;
export type Comparator = (typeof COMPARATORS)[number];

export interface DesiredLabel {
  readonly key: string;
  readonly value: LabelValue;
  readonly required: boolean;
  readonly weight: number;
  readonly comparator: Comparator;
}

/**
 * Weight of a worker for a task, or null when a required label excludes it (Hatchet `computeWeight`).
 * A key the worker lacks meets no condition, not even `!=`.
 */
export function weighWorker(desired: readonly DesiredLabel[], labels: ReadonlyMap<string, LabelValue>): number | null {
  let weight = 0;
  for (const wish of desired) {
    const value = labels.get(wish.key);
    if (value !== undefined && meets(value, wish)) weight += wish.weight;
    else if (wish.required) return null;
  }
  return weight;
}

/** `worker <comparator> desired`; the ordering comparators are for integers only. */
function meets(worker: LabelValue, wish: DesiredLabel): boolean {
  const { value, comparator } = wish;
  if (typeof worker !== typeof value) return false;
  if (comparator === '=') return worker === value;
  if (comparator === '!=') return worker !== value;
  if (typeof worker !== 'number' || typeof value !== 'number') return false;
  if (comparator === '>') return worker > value;
  if (comparator === '>=') return worker >= value;
  if (comparator === '<') return worker < value;
  return worker <= value;
}
