import { parseDuration } from '../native/duration.ts';
import type { FieldPath } from './field-path.ts';
import { valueAt } from './field-path.ts';
import type { Finding } from './finding.ts';

export const MAX_RUNS = 500;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const whole = (value: unknown, otherwise: number): number | undefined =>
  value === undefined ? otherwise : typeof value === 'number' && Number.isInteger(value) ? value : undefined;
const length = (value: unknown, otherwise: string): number | undefined => {
  const text = value ?? otherwise;
  return typeof text === 'string' ? parseDuration(text) : undefined;
};
const wrong = (path: FieldPath, text: string): Finding => ({ code: 'SUITE_INVALID_VALUE', path, text });

function nodeRules(nodes: readonly unknown[], path: FieldPath): Finding[] {
  const found: Finding[] = [];
  const first = new Map<unknown, number>();
  for (const [index, node] of nodes.entries()) {
    const name = valueAt(node, ['name']);
    const where = [...path, index, 'name'];
    if (name === 'load')
      found.push(wrong(where, "the name load belongs to the load tool's node; allowed is any other"));
    const earlier = first.get(name);
    if (typeof name !== 'string') continue;
    if (earlier === undefined) first.set(name, index);
    else found.push(wrong(where, `the name is that of nodes[${earlier}] too; allowed are unique names`));
  }
  const roles = nodes.map((node) => valueAt(node, ['postgres', 'role']));
  const primaries = roles.filter((role) => role === 'primary').length;
  if (primaries > 1 || (primaries === 0 && nodes.length > 0 && roles.every((role) => role === 'replica')))
    found.push(
      wrong(path, `the topology has ${primaries} primaries; allowed is exactly one node with postgres.role primary`),
    );
  return found;
}

function workloadRules(workload: unknown, path: FieldPath, timeout: number | undefined): Finding[] {
  if (valueAt(workload, ['tool']) !== 'pgbench') return [];
  const found: Finding[] = [];
  const clients = whole(valueAt(workload, ['clients']), 1);
  const threads = whole(valueAt(workload, ['threads']), 1);
  if (clients !== undefined && threads !== undefined && clients >= 1 && clients < threads)
    found.push(
      wrong(
        [...path, 'threads'],
        `${threads} threads for ${clients} clients; allowed are at most as many threads as clients`,
      ),
    );
  const warmup = length(valueAt(workload, ['warmup']), '5s');
  const duration = length(valueAt(workload, ['duration']), '60s');
  for (const [key, value] of [
    ['warmup', warmup],
    ['duration', duration],
  ] as const)
    if (value !== undefined && value % 1000 !== 0)
      found.push(wrong([...path, key], 'pgbench counts in seconds; allowed is a whole number of seconds'));
  if (duration !== undefined && duration < 1000)
    found.push(wrong([...path, 'duration'], 'the measurement is too short; allowed is 1s or more'));
  if (timeout !== undefined && warmup !== undefined && duration !== undefined && timeout < warmup + duration)
    found.push(
      wrong(
        ['timeouts', 'workload'],
        `shorter than warmup and duration of ${path.slice(0, 2).join(' ')}; allowed is their sum or more`,
      ),
    );
  return found;
}

function timeoutRules(value: unknown): Finding[] {
  const timeouts = valueAt(value, ['timeouts']);
  if (typeof timeouts !== 'object' || timeouts === null) return [];
  return Object.entries(timeouts)
    .filter(([, text]) => typeof text === 'string' && parseDuration(text) === 0)
    .map(([key]) => wrong(['timeouts', key], 'a timeout of 0 ends the stage before it begins; allowed is 1ms or more'));
}

/**
 * What the shape alone cannot say. Reads the untrusted document, so that these are found beside errors of shape; a rule
 * keeps silent where its fields are not what they should be.
 */
export function ruleFindings(value: unknown): Finding[] {
  const tests = list(valueAt(value, ['tests']));
  const timeout = valueAt(value, ['timeouts', 'workload']);
  const workloadMs = typeof timeout === 'string' ? parseDuration(timeout) : undefined;
  const found = tests.flatMap((test, index) => [
    ...nodeRules(list(valueAt(test, ['database', 'topology', 'nodes'])), [
      'tests',
      index,
      'database',
      'topology',
      'nodes',
    ]),
    ...workloadRules(valueAt(test, ['workload']), ['tests', index, 'workload'], workloadMs),
  ]);
  const runs = tests.reduce<number>(
    (sum, test) => sum + Math.max(1, whole(valueAt(test, ['repeat', 'times']), 1) ?? 1),
    0,
  );
  if (runs > MAX_RUNS)
    found.push({
      code: 'SUITE_TOO_LARGE',
      path: ['tests'],
      text: `the suite has ${runs} runs (tests × repeats); allowed are ${MAX_RUNS}`,
      hint: 'split it into several suites',
    });
  return [...found, ...timeoutRules(value)];
}
