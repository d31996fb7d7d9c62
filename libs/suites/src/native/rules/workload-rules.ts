import type { FieldPath } from '../../parse/field-path.ts';
import { valueAt } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import { workload as workloadSchema } from '../schema/workload.ts';
import { whole, wrong } from './read.ts';

interface Times {
  /** Milliseconds, the tool's default where nothing is said; undefined for what is no duration. */
  readonly warmup: number | undefined;
  readonly duration: number | undefined;
}

/** Undefined for an unknown tool. */
function timesOf(workload: unknown): Times | undefined {
  const tool = valueAt(workload, ['tool']);
  const shape = workloadSchema.options.map((option) => option.shape).find((each) => each.tool.value === tool);
  if (shape === undefined) return undefined;
  return {
    warmup: 'warmup' in shape ? shape.warmup.safeParse(valueAt(workload, ['warmup'])).data : 0,
    duration: shape.duration.safeParse(valueAt(workload, ['duration'])).data,
  };
}

/** Warm-up and measurement of an untrusted workload in milliseconds, as far as they can be told. */
export function workloadLength(workload: unknown): number | undefined {
  const { warmup, duration } = timesOf(workload) ?? {};
  return warmup === undefined || duration === undefined ? undefined : warmup + duration;
}

/** The measurement of an untrusted workload alone, in milliseconds. */
export const measuredLength = (workload: unknown): number | undefined => timesOf(workload)?.duration;

/** Tools whose options count in whole seconds. */
const SECONDS: readonly unknown[] = ['pgbench', 'sysbench'];

function threads(workload: unknown, path: FieldPath): Finding[] {
  const clients = whole(valueAt(workload, ['clients']), 1);
  const count = whole(valueAt(workload, ['threads']), 1);
  if (clients === undefined || count === undefined || clients < 1 || clients >= count) return [];
  const text = `${count} threads for ${clients} clients; allowed are at most as many threads as clients`;
  return [wrong([...path, 'threads'], text)];
}

/** Without a rate nothing is due, so nothing can be late before it begins. */
function latencyLimit(workload: unknown, path: FieldPath): Finding[] {
  if (valueAt(workload, ['latencyLimit']) === undefined || valueAt(workload, ['rate']) !== undefined) return [];
  return [wrong([...path, 'latencyLimit'], 'a limit without a rate; allowed with rate')];
}

export function workloadRules(workload: unknown, path: FieldPath): Finding[] {
  const times = timesOf(workload);
  if (times === undefined) return [];
  const tool = valueAt(workload, ['tool']);
  const found = tool === 'pgbench' ? [...threads(workload, path), ...latencyLimit(workload, path)] : [];
  for (const [key, value] of Object.entries(times) as [string, number | undefined][])
    if (SECONDS.includes(tool) && value !== undefined && value % 1000 !== 0)
      found.push(wrong([...path, key], `${String(tool)} counts in seconds; allowed is a whole number of seconds`));
  if (times.duration !== undefined && times.duration < 1000)
    found.push(wrong([...path, 'duration'], 'the measurement is too short; allowed is 1s or more'));
  return found;
}
