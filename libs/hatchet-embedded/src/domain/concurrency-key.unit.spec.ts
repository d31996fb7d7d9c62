import { expect, test } from 'vitest';
import { concurrencyKey } from './concurrency-key.ts';

const scope = { input: { runId: 'r1', n: 5 }, additionalMetadata: { suite: 's1' }, runId: 'id' };

test.each([
  ['input.runId', 'r1'],
  ['additional_metadata.suite', 's1'],
  ['input.runId + ":" + additional_metadata.suite', 'r1:s1'],
  ['workflow_run_id', 'id'],
  ['"constant"', 'constant'],
  ['string(input.n)', '5'],
])('%s', (expression, key) => {
  expect(concurrencyKey(expression, scope)).toEqual({ key });
});

test.each(['input.n', 'input.nothing', 'input.', 'true'])('%s is an error that names it', (expression) => {
  expect(concurrencyKey(expression, scope)).toEqual({ error: expect.stringContaining(`'${expression}'`) as string });
});
