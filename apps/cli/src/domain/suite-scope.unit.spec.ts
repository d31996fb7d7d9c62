import type { AnyRecorded } from '@benchbus/events';
import { expect, it } from 'vitest';
import { SuiteScope } from './suite-scope.ts';

const fact = (name: string, subject: string, correlation: string, data: object) =>
  ({ name, subject, correlation, data }) as AnyRecorded;
const accepted = fact('SuiteAccepted', 'evt.suite.a', 'a', { runs: [{ runId: 'a-1' }] });
const granted = (...runs: string[]) =>
  fact('CapacityGranted', 'evt.capacity.h', 'b', { grants: runs.map((runId) => ({ runId })) });

it("a host's fact that another suite came first in concerns each suite that it names", () => {
  const scope = new SuiteScope('a');
  expect(scope.concerns(granted('b-1', 'a-1'))).toBe(false);
  expect(scope.concerns(accepted)).toBe(true);
  expect(scope.concerns(granted('b-1', 'a-1'))).toBe(true);
  expect(scope.concerns(granted('b-1'))).toBe(false);
  expect([scope.hasRun('a-1'), scope.hasRun('b-1')]).toEqual([true, false]);
});
