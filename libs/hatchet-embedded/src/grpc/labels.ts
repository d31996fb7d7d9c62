import type { WorkerLabels } from '@hatchet-dev/typescript-sdk/protoc/dispatcher/dispatcher.js';
import type { DesiredWorkerLabels } from '@hatchet-dev/typescript-sdk/protoc/v1/shared/trigger.js';
import { COMPARATORS, type DesiredLabel, type LabelValue } from '../domain/labels.ts';
import { Refusal } from '../engine-error.ts';

const DEFAULT_WEIGHT = 100;

/** Labels of a worker; an entry without a value is dropped. */
export function workerLabels(labels: Readonly<Record<string, WorkerLabels>>): Record<string, LabelValue> {
  const values: Record<string, LabelValue> = {};
  for (const [key, label] of Object.entries(labels)) {
    const value = label.strValue ?? label.intValue;
    if (value !== undefined) values[key] = value;
  }
  return values;
}

/** Desired labels of a task or a trigger, with the engine's defaults: optional, weight 100, equal. */
export function desiredLabels(labels: Readonly<Record<string, DesiredWorkerLabels>>): DesiredLabel[] {
  return Object.entries(labels).map(([key, label]) => {
    const value = label.strValue ?? label.intValue;
    if (value === undefined) throw new Refusal('invalid', `desired label '${key}' has no value`);
    const comparator = COMPARATORS.find((_, index) => index === (label.comparator ?? 0));
    if (!comparator)
      throw new Refusal('invalid', `desired label '${key}' has an unknown comparator ${String(label.comparator)}`);
    return { key, value, required: label.required ?? false, weight: label.weight ?? DEFAULT_WEIGHT, comparator };
  });
}
