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

it('of what cannot be read, only what is another suite’s alone cannot concern it', () => {
  const scope = new SuiteScope('a');
  scope.concerns(accepted);
  const own = ['evt.suite.a', 'evt.run.a-1', 'evt.edge.a-1.pg', 'evt.deployment.a-1'];
  const shared = ['evt.host.h', 'evt.capacity.h', 'evt.pool.h.10-0-0-0_16'];
  expect([...own, ...shared].filter((subject) => !scope.mayConcern(subject))).toEqual([]);
  const others = ['evt.suite.b', 'evt.run.b-1', 'evt.edge.b-1.pg'];
  expect(others.filter((subject) => scope.mayConcern(subject))).toEqual([]);
});
