import { expect, test } from 'vitest';
import { weighWorker, type Comparator, type DesiredLabel, type LabelValue } from './labels.ts';

const wish = (value: LabelValue, extra: Partial<DesiredLabel> = {}): DesiredLabel => ({
  key: 'k',
  value,
  required: false,
  weight: 100,
  comparator: '=',
  ...extra,
});
const labels = (value: LabelValue): Map<string, LabelValue> => new Map([['k', value]]);

test.each<[LabelValue, Comparator, LabelValue, boolean]>([
  ['a', '=', 'a', true],
  ['a', '=', 'b', false],
  ['a', '!=', 'b', true],
  [5, '=', 5, true],
  [5, '=', '5', false],
  [5, '!=', '5', false],
  [5, '>', 4, true],
  [5, '>', 5, false],
  [5, '>=', 5, true],
  [5, '<', 6, true],
  [5, '<', 5, false],
  [5, '<=', 5, true],
  ['5', '>', '4', false],
])('worker %j %s desired %j: %s', (worker, comparator, desired, met) => {
  expect(weighWorker([wish(desired, { comparator })], labels(worker))).toBe(met ? 100 : 0);
});

test('a key the worker lacks meets nothing, not even !=', () => {
  expect(weighWorker([wish('a', { comparator: '!=' })], new Map())).toBe(0);
});

test('an unmet required label excludes, whatever the others weigh', () => {
  const required = wish('b', { required: true });
  expect(weighWorker([wish('a', { weight: 1_000 }), required], labels('a'))).toBeNull();
});

test('weights of met labels add up', () => {
  const worker = new Map<string, LabelValue>([
    ['k', 'a'],
    ['z', 1],
  ]);
  expect(weighWorker([wish('a', { weight: 3 }), { ...wish(1, { weight: 4 }), key: 'z' }], worker)).toBe(7);
});
