import { valueAt } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import { show } from '../../parse/secrets.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { isMap, whole, wrong } from './read.ts';
import { measuredLength, workloadLength } from './workload-rules.ts';

/** As measuringTimeMs, of an untrusted test. */
function lengthOf(test: unknown): number {
  const workload = valueAt(test, ['workload']);
  const once = workloadLength(workload) ?? 0;
  if (valueAt(test, ['repeat', 'reset']) !== 'none') return once;
  const again = valueAt(workload, ['tool']) === 'command' ? once : (measuredLength(workload) ?? 0);
  return once + (Math.max(1, whole(valueAt(test, ['repeat', 'times']), 1) ?? 1) - 1) * again;
}

/** Of the measurements of one run, in ms: the longest test's. */
export const longestLength = (tests: readonly unknown[]): number => Math.max(0, ...tests.map(lengthOf));

/** The longest test has to fit; said once, however many do not. */
function longestFits(timeout: number, tests: readonly unknown[]): Finding[] {
  const lengths = tests.map(lengthOf);
  const longest = Math.max(0, ...lengths);
  if (timeout >= longest) return [];
  const name = show(valueAt(tests[lengths.indexOf(longest)], ['name']), ['name']);
  const text = `shorter than warmup and duration of the test ${name}, with all its measurements in one run; allowed is ${formatDuration(longest)} or more`;
  return [wrong(['timeouts', 'workload'], text)];
}

/** `tests` are expanded. */
export function timeoutRules(timeouts: unknown, tests: readonly unknown[]): Finding[] {
  if (!isMap(timeouts)) return [];
  return Object.entries(timeouts).flatMap(([key, text]) => {
    const timeout = typeof text === 'string' ? parseDuration(text) : undefined;
    if (timeout === 0)
      return [wrong(['timeouts', key], 'a timeout of 0 ends the stage before it begins; allowed is 1ms or more')];
    return key === 'workload' && timeout !== undefined ? longestFits(timeout, tests) : [];
  });
}
