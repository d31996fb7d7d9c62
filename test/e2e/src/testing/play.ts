import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyRecorded } from '@benchbus/events';
import { expect } from 'vitest';
import { endOf, expectNothingLeft, faultsIn, firstRunId } from './clean-run.ts';
import { historyOf, suiteEnd } from './history.ts';
import type { Installation } from './installation.ts';
import { allSharedMemory, expectNoOrphansBut } from './shared-memory.ts';

/** Long: ten nodes on two cores that others may use, too. */
const END_MS = 400_000;

type Proven = Readonly<Record<string, string | number | boolean>>;

export interface Played {
  readonly history: readonly AnyRecorded[];
  /** What each node proved. */
  readonly proven: Readonly<Record<string, Proven>>;
  readonly serverVersions: Readonly<Record<string, string>>;
}

/**
 * Runs a suite to its end, which has to be a good one, and looks that nothing of it is left on the machine.
 * @param onAsked hears the run's id as soon as it is known
 */
export async function play(
  installation: Installation,
  suite: { readonly name: string },
  onAsked: (runId: string) => Promise<void> = () => Promise.resolve(),
): Promise<Played> {
  const before = allSharedMemory();
  const file = join(installation.stateDir, `${suite.name}.json`);
  writeFileSync(file, JSON.stringify(suite));
  const asked = await installation.cli('run', file, '--json').finished;
  expect(asked.code, asked.stdout + asked.stderr).toBe(0);
  const { suiteId } = JSON.parse(asked.stdout) as { suiteId: string };
  await onAsked(firstRunId(suiteId, suite));
  await suiteEnd(installation.bus, suiteId, END_MS);
  const history = await historyOf(installation.bus, suiteId);
  const failures = history.flatMap(({ data }) => ('problem' in data ? [JSON.stringify(data.problem)] : []));
  expect(endOf(history), failures.join('\n')).toMatch(/^SuiteCompleted: completed(, completed)*$/);
  expect(faultsIn(history)).toEqual([]);
  // An ordinary release has nothing to kill and nothing to reclaim.
  const reclaimed = history.flatMap((event) => (event.name === 'NodeDestroyed' ? event.data.reclaimed : []));
  expect(reclaimed).toEqual([]);
  expectNothingLeft(installation, firstRunId(suiteId, suite));
  await expectNoOrphansBut(before);
  const ready = history.flatMap((event) =>
    event.name === 'DatabaseReady' ? [[event.subject.split('.').at(-1) ?? '', event.data] as const] : [],
  );
  return {
    history,
    proven: Object.fromEntries(ready.map(([node, { proven }]) => [node, proven])),
    serverVersions: Object.fromEntries(ready.map(([node, { serverVersion }]) => [node, serverVersion])),
  };
}
