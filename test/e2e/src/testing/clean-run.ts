import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expandRuns, normaliseSuite } from '@benchbus/suites';
import type { AnyRecorded } from '@benchbus/events';
import { expect } from 'vitest';
import type { Installation } from './installation.ts';
import { labelled } from './processes.ts';

/** The id of the suite's first run. */
export function firstRunId(suiteId: string, suite: unknown): string {
  const parsed = normaliseSuite(suite);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return expandRuns(suiteId, parsed.suite)[0]?.runId ?? '';
}

/** Facts that a run on one host has exactly once, whoever died meanwhile. */
const ONCE = [
  'RunQueued',
  'RunNetworkRequested',
  'CapacityGranted',
  'BlocksGranted',
  'NetworkReserved',
  'RunDeploymentRequested',
  'PlacementPlanned',
  'DeploymentReady',
  'SetupStarted',
  'DatabaseReady',
  'WorkloadStarted',
  'WorkloadFinished',
  'RunCompleted',
  'RunReleaseRequested',
  'DeploymentDestroyed',
  'NetworkReleased',
  'RunReleased',
  'SuiteCompleted',
] as const;

/** The suite completed; no fact is there twice, the workload ran once. */
export function expectCompletedOnce(history: readonly AnyRecorded[]): void {
  const end = history.at(-1);
  expect(end?.name, JSON.stringify(end?.data)).toBe('SuiteCompleted');
  expect(end?.name === 'SuiteCompleted' && end.data.overdue).toEqual([]);
  expect(history.filter((event) => event.name === 'NodeProvisioned')).toHaveLength(2);
  const counted = ONCE.map((name) => [name, history.filter((event) => event.name === name).length]);
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(ONCE.map((name) => [name, 1])));
}

/** No process and no folder of the run is left on this machine. */
export function expectNothingLeft(installation: Installation, runId: string): void {
  expect(labelled({ BENCHBUS_RUN: runId })).toEqual([]);
  expect(existsSync(join(tmpdir(), `benchbus-${installation.installation}`, runId))).toBe(false);
}
