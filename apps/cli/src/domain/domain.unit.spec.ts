import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitCodeOfProblem } from '../exit-codes.ts';
import { exampleSuite } from '../testing/recorded.ts';
import { examplePlans } from './example-plan.ts';
import { decideRestart, DEFAULT_RESTART } from './restart-policy.ts';
import { suiteIdFor } from './suite-id.ts';

test('a suite id is one subject token, whatever the name', () => {
  const anyName = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 200 }));
  fc.assert(
    fc.property(anyName, fc.uint8Array({ minLength: 3, maxLength: 8 }), (name, random) => {
      expect(suiteIdFor(name, random)).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/);
    }),
  );
  expect(suiteIdFor('PG 15: größe!', Uint8Array.of(0, 255, 16))).toBe('pg-15-gro-e-00ff10');
  expect(suiteIdFor('数', Uint8Array.of(1, 2, 3))).toBe('suite-010203');
});

test('restarts wait longer and longer, and end', () => {
  const ends = [0, 10, 20, 30, 40].map((_, index, all) => all.slice(0, index + 1));
  expect(ends.map((history) => decideRestart(history, 1))).toEqual(
    DEFAULT_RESTART.delaysMs.map((afterMs) => ({ afterMs })),
  );
  expect(decideRestart([0, 10, 20, 30, 40, 50], null)).toEqual({ giveUp: 'too-often' });
});

test('old ends are forgiven; a wrong configuration is not tried again', () => {
  expect(decideRestart([0, 1, 2, 3, 4, 100_000], 1)).toEqual({ afterMs: 200 });
  expect(decideRestart([0], 2)).toEqual({ giveUp: 'configuration' });
});

test.each([
  ['SUITE_INVALID', 2],
  ['FILE_NOT_FOUND', 2],
  ['ARGUMENT_INVALID', 2],
  ['STACK_RUNNING', 2],
  ['NO_STACK', 3],
  ['NATS_UNREACHABLE', 3],
  ['NATS_SERVER_NOT_FOUND', 3],
  ['NO_DISPATCHER', 3],
  ['VALKEY_MISSING', 3],
  ['SUITE_FAILED', 1],
  ['INTERNAL', 1],
  ['STACK_CHILD_FAILED', 3],
  ['CONFIG_OF_SERVICE', 2],
  ['SUITE_CANCELLED_BEFORE_ACCEPTANCE', 130],
  ['SUITE_CANCEL_REQUESTED', 130],
  ['INTERRUPTED', 130],
] as const)('%s exits with %i', (code, exitCode) => {
  expect(exitCodeOfProblem(code)).toBe(exitCode);
});

test('the example plan gives every test its nodes and distinct addresses', () => {
  const { plans, problems } = examplePlans(exampleSuite());
  expect(problems).toEqual([]);
  expect(plans).toMatchObject([{ test: 'baseline', runs: 2 }]);
  expect(plans[0]?.plan.nodes.map(({ name, address }) => [name, address])).toEqual([
    ['pg', '127.64.0.4'],
    ['load', '127.64.0.5'],
  ]);
});
