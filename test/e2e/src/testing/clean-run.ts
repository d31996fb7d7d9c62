import type { AnyRecorded, EventName } from '@benchbus/events';
import { expandRuns, normaliseSuite } from '@benchbus/suites';
import { expect } from 'vitest';
import type { Installation } from './installation.ts';
import { leftoversOf } from './leftovers.ts';

/** The id of the suite's first run. */
export function firstRunId(suiteId: string, suite: unknown): string {
  const parsed = normaliseSuite(suite);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return expandRuns(suiteId, parsed.suite)[0]?.runId ?? '';
}

/** What is granted, and what gives it back: of both equally many at the end. */
export const PAIRS = [
  ['CapacityGranted', 'CapacityReleased'],
  ['BlocksGranted', 'BlocksReleased'],
  ['RunNetworkRequested', 'NetworkReleased'],
  ['RunDeploymentRequested', 'DeploymentDestroyed'],
] as const;

/** A restarted runner announces itself anew, one that was killed says no good-bye, and a dispatcher's execution is lost with it. */
const OF_PROCESSES = new Set<EventName>(['EdgeRunnerReady', 'EdgeRunnerStopped', 'RunExecutionLost']);
/** A stage whose task the engine lost is begun anew, with a new attempt. */
const REPEATABLE = new Set<EventName>(['RunStageStarted']);

function countsOf(history: readonly AnyRecorded[]): ReadonlyMap<EventName, number> {
  const counts = new Map<EventName, number>();
  for (const { name, data } of history) {
    // A host's or a pool's fact may concern several runs.
    const { grants, blocks, runIds } = data as Partial<Record<'grants' | 'blocks' | 'runIds', readonly unknown[]>>;
    counts.set(name, (counts.get(name) ?? 0) + ((grants ?? blocks ?? runIds)?.length ?? 1));
  }
  return counts;
}

/** What a fact is about: nobody says the same twice. */
function topicOf({ name, subject, data }: AnyRecorded): string {
  const { attempt, stage, node } = data as { attempt?: number; stage?: string; node?: string };
  // A host's and a pool's facts are about the runs they name.
  type OfRuns = readonly { readonly runId: string }[];
  const shared = data as { grants?: OfRuns; blocks?: OfRuns; runIds?: readonly string[] };
  const { grants = [], blocks = [], runIds = [] } = shared;
  const about = [stage, attempt, node, ...[...grants, ...blocks].map(({ runId }) => runId), ...runIds];
  return [name, subject, ...about].filter((part) => part !== undefined).join(' ');
}

/** How a suite ended: its outcome, and its runs' with their problems. */
export function endOf(history: readonly AnyRecorded[]): string {
  const end = history.find(({ name }) => /^Suite(Completed|Failed|Cancelled|Rejected)$/.test(name));
  if (end === undefined || !('runs' in end.data)) return end?.name ?? 'no end';
  const runs = end.data.runs.map((run) =>
    'outcome' in run ? `${run.outcome}${run.problem ? ` (${run.problem.code})` : ''}` : run.runId,
  );
  const overdue = 'overdue' in end.data && end.data.overdue.length > 0 ? ', released late' : '';
  return `${end.name}: ${runs.join(', ')}${overdue}`;
}

/** What the runs that failed say of it. */
const reasonsIn = (history: readonly AnyRecorded[]): string =>
  history
    .flatMap((event) =>
      event.name === 'RunFailed' ? [`: ${event.data.problem.code}, ${event.data.problem.message}`] : [],
    )
    .join('');

/**
 * What is wrong with the history of a run, however it ended: no end, an end that waited in vain for the release, a fact that
 * is there twice, something that was granted and not given back. Empty if all is well.
 */
export function faultsIn(history: readonly AnyRecorded[]): string[] {
  const faults: string[] = [];
  if (/^no end$|released late$/.test(endOf(history))) faults.push(`ended with ${endOf(history)}`);
  const topics = history.filter(({ name }) => !OF_PROCESSES.has(name)).map(topicOf);
  const doubled = new Set(topics.filter((topic, at) => topics.indexOf(topic) !== at));
  faults.push(...[...doubled].map((topic) => `said twice: ${topic}`));
  const counts = countsOf(history);
  for (const [granted, returned] of PAIRS) {
    if (counts.get(granted) !== counts.get(returned))
      faults.push(`${counts.get(granted) ?? 0} ${granted}, but ${counts.get(returned) ?? 0} ${returned}`);
  }
  return faults;
}

/**
 * The same, and what is not as in the history of an undisturbed run: another end, a fact that is missing or too many.
 * `sometimes`: facts that need not be there.
 */
export function faultsAgainst(
  undisturbed: readonly AnyRecorded[],
  history: readonly AnyRecorded[],
  sometimes: ReadonlySet<EventName> = new Set(),
): string[] {
  const faults = faultsIn(history);
  if (endOf(history) !== endOf(undisturbed))
    faults.push(`ended with ${endOf(history)}, not ${endOf(undisturbed)}${reasonsIn(history)}`);
  const [wanted, found] = [countsOf(undisturbed), countsOf(history)];
  for (const name of new Set([...wanted.keys(), ...found.keys()])) {
    if (OF_PROCESSES.has(name) || sometimes.has(name)) continue;
    const [want, have] = [wanted.get(name) ?? 0, found.get(name) ?? 0];
    if (REPEATABLE.has(name) ? have < want : have !== want) faults.push(`${have} ${name} instead of ${want}`);
  }
  return faults;
}

/** Facts that each completed single-node run has exactly once, whoever died or was away meanwhile. */
export const ONCE_A_RUN = [
  'RunQueued',
  'RunNetworkRequested',
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
] as const satisfies readonly EventName[];

/** The suite's only run completed, its work was done once, and what it was granted was given back. */
export function expectCompletedOnce(history: readonly AnyRecorded[]): void {
  const counts = countsOf(history);
  const once: readonly EventName[] = [...ONCE_A_RUN, 'SuiteCompleted'];
  const notOnce = once.filter((name) => counts.get(name) !== 1).map((name) => `${counts.get(name) ?? 0} ${name}`);
  expect([...faultsIn(history), ...notOnce], `${endOf(history)}${reasonsIn(history)}`).toEqual([]);
}

/** No process and no folder of the run is left on this machine. */
export function expectNothingLeft(installation: Installation, runId: string): void {
  expect(leftoversOf(installation, runId)).toEqual([]);
}
