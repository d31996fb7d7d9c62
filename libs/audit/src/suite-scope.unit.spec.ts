import type { AnyRecorded } from '@benchbus/events';
import { expect, it } from 'vitest';
import type { Entry } from './entry.ts';
import type { Finding } from './finding.ts';
import { suiteScope } from './suite-scope.ts';

const POOL = 'evt.pool.h.10-2-0-0_16';
const entry = (sequence: number, name: string, subject: string, suite: string, data: object): Entry => ({
  ...{ sequence, subject, ce: { 'ce-correlationid': suite } },
  event: { name, subject, sequence, correlation: suite, data } as AnyRecorded,
  stored: { subject, sequence, headers: {}, body: new Uint8Array() },
});
const granted = (sequence: number, suite: string, ...runs: string[]) =>
  entry(sequence, 'BlocksGranted', POOL, suite, { grants: runs.map((runId) => ({ runId })) });
const finding = (sequence: number, code: Finding['code'] = 'CHAIN_BROKEN', subject = POOL): Finding => ({
  ...{ code, sequence, subject, message: 'x' },
});

it('a fact of a pool concerns each suite that has a run in it, whichever came first; what others leave out is not missed', () => {
  const scope = suiteScope('b');
  scope.take(entry(1, 'SuiteAccepted', 'evt.suite.b', 'b', { runs: [{ runId: 'b-1' }] }));
  scope.take(granted(2, 'a', 'a-1', 'b-1'));
  scope.take(granted(3, 'b', 'b-2', 'a-2'));
  scope.take(granted(4, 'a', 'a-3'));
  expect([2, 3, 4].map((sequence) => scope.concerns(finding(sequence)))).toEqual([true, true, false]);
  // Of the evidence of suite b: suite a's runs and requests are not in it, and need not be.
  const missed = (sequence: number, code: Finding['code'], subject = POOL) =>
    scope.misses(finding(sequence, code, subject));
  expect([missed(2, 'CAUSE_UNKNOWN'), missed(3, 'CAUSE_UNKNOWN')]).toEqual([false, true]);
  expect([missed(3, 'AGGREGATE_MISSING', 'evt.run.a-2'), missed(2, 'AGGREGATE_MISSING', 'evt.run.b-1')]).toEqual([
    false,
    true,
  ]);
  expect(missed(3, 'AGGREGATE_MISSING', 'evt.host.h')).toBe(true);
});
