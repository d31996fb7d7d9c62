import type { EventName } from '@benchbus/events';
import { tinySuite } from '../testing/suites.ts';

/** A run that is walked: undisturbed first, then with deaths at each of its points. */
export interface Scenario {
  readonly name: 'completing' | 'failing' | 'cancelled';
  suite(suiteId: string): unknown;
  /** Cancelled while it measures. */
  readonly cancel?: boolean;
  /** Facts that are not there every time, since nobody waits for them: the release of a cancelled run ends uploads. */
  readonly sometimes: ReadonlySet<EventName>;
}

const withWorkload = (suiteId: string, workload: object) => {
  const suite = tinySuite(suiteId);
  return { ...suite, tests: suite.tests.map((test) => ({ ...test, workload: { ...test.workload, ...workload } })) };
};

export const completing: Scenario = {
  name: 'completing',
  suite: (suiteId) => tinySuite(suiteId),
  sometimes: new Set(),
};

/** Its script fails on the server: pgbench ends with an error, and what it left is kept. */
export const failing: Scenario = {
  name: 'failing',
  suite: (suiteId) => withWorkload(suiteId, { script: { custom: 'SELECT 1 / 0;' } }),
  sometimes: new Set(),
};

export const cancelled: Scenario = {
  name: 'cancelled',
  suite: (suiteId) => withWorkload(suiteId, { duration: '600s' }),
  cancel: true,
  sometimes: new Set(['WorkloadFailed', 'ArtifactStored', 'ArtifactRejected']),
};

export const SCENARIOS = [completing, failing, cancelled] as const;
