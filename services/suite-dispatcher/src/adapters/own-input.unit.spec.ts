import { NonRetryableError } from '@hatchet-dev/typescript-sdk';
import { expect, test } from 'vitest';
import { ownInput } from './own-input.ts';

const owner = { log: 'a8098c1a-f86e-41da-bd1a-00112444be1e', installation: 'here' };
const input = { log: owner.log, suiteId: 's', runId: 's-1-1' };

test('takes the input of a run of its own log', () => {
  expect(ownInput(input, owner)).toEqual(input);
});

test.each([
  ['of another log', { ...input, log: '0d9a6d0a-4a1c-4d5f-8d3c-4f8f3a2f5a10' }, /TASK_OF_OTHER_LOG.*0d9a6d0a.*here/],
  ['without a log', { suiteId: 's', runId: 's-1-1' }, /TASK_INPUT_INVALID: log/],
  ['of another shape', 'text', /TASK_INPUT_INVALID: input/],
])('refuses one %s, once for ever', (_, raw, message) => {
  expect(() => ownInput(raw, owner)).toThrow(message);
  expect(() => ownInput(raw, owner)).toThrow(NonRetryableError);
});
