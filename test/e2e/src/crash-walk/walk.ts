import type { AnyRecorded } from '@benchbus/events';
import { faultsAgainst } from '../testing/clean-run.ts';
import { historyOf } from '../testing/history.ts';
import { play, type Played } from './play.ts';
import { batches, isWalked, specOf, type Point } from './points.ts';
import type { Scenario } from './scenarios.ts';
import type { WalkedStack } from './stack.ts';

/** One run of a scenario, and the points at which processes die in it. */
export interface Case {
  readonly scenario: Scenario;
  readonly undisturbed: readonly AnyRecorded[];
  readonly points: readonly Point[];
}

export interface Walked extends Case {
  readonly suiteId: string;
  readonly runId: string;
  readonly seconds: number;
  /** Points that nobody passed: an earlier death in this run led past them. */
  readonly missed: readonly Point[];
  readonly faults: readonly string[];
}

/** What comes after the end of a suite (a message is acknowledged) is soon over. */
const AFTER_THE_END_MS = 5_000;

/** The walked points of a scenario, several to a run; `deaths`: how often each service dies in one. */
export const casesOf = (
  scenario: Scenario,
  undisturbed: readonly AnyRecorded[],
  points: readonly Point[],
  deaths?: number,
): Case[] => batches(points.filter(isWalked), deaths).map((batch) => ({ scenario, undisturbed, points: batch }));

export async function faultsOf(stack: WalkedStack, one: Case, played: Played): Promise<string[]> {
  return [
    ...faultsAgainst(one.undisturbed, played.history, one.scenario.sometimes),
    ...stack.leftovers(played.runId).map((what) => `left: ${what}`),
  ];
}

/** Plays the scenario with deaths at the case's points, and holds it against the undisturbed run. */
export async function walkCase(stack: WalkedStack, one: Case, suiteId: string): Promise<Walked> {
  const started = performance.now();
  const faults: string[] = [];
  let runId = '';
  stack.armed.arm(one.points);
  try {
    const played = await play(stack.installation, one.scenario, suiteId);
    runId = played.runId;
    faults.push(...(await faultsOf(stack, one, played)));
  } catch (error) {
    faults.push(`did not end: ${String(error)}`);
  }
  const missed = await stack.armed.disarm(one.points, AFTER_THE_END_MS);
  const seconds = (performance.now() - started) / 1000;
  return { ...one, suiteId, runId, seconds, missed, faults };
}

/** All cases, by as many stacks as there are: each takes the next. What a batch led past is walked alone. */
export async function walk(
  stacks: readonly WalkedStack[],
  cases: readonly Case[],
  report: (walked: Walked) => void = () => undefined,
): Promise<Walked[]> {
  const waiting = [...cases];
  const walked: Walked[] = [];
  let count = 0;
  const work = async (stack: WalkedStack) => {
    const own: Walked[] = [];
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const done = await walkCase(stack, one, `walk-${(count += 1)}-${one.scenario.name}`);
      own.push(done);
      report(done);
      if (one.points.length > 1) waiting.push(...done.missed.map((point) => ({ ...(one as Case), points: [point] })));
    }
    // What came after a suite's end (a fact twice, a late process) is seen now.
    for (const done of own) walked.push({ ...done, faults: [...done.faults, ...(await late(stack, done))] });
  };
  await Promise.all(stacks.map(work));
  return walked;
}

async function late(stack: WalkedStack, done: Walked): Promise<string[]> {
  if (done.faults.length > 0) return [];
  const history = await historyOf(stack.installation.bus, done.suiteId);
  const faults = [...(await faultsOf(stack, done, { ...done, history })), ...(await stack.unexpired(done.runId))];
  return faults.map((fault) => `afterwards: ${fault}`);
}

const idOf = (scenario: Scenario, point: Point): string => `${scenario.name} ${specOf(point)}`;

/** Points that nobody passed, neither in a batch nor alone. */
export function unpassed(walked: readonly Walked[]): { readonly scenario: Scenario; readonly point: Point }[] {
  const passed = new Set(
    walked.flatMap(({ scenario, points, missed }) =>
      points.filter((point) => !missed.includes(point)).map((point) => idOf(scenario, point)),
    ),
  );
  return walked.flatMap(({ scenario, points, missed }) =>
    points.length === 1
      ? missed.filter((point) => !passed.has(idOf(scenario, point))).map((point) => ({ scenario, point }))
      : [],
  );
}

/**
 * Those of them that are passed in every run of the scenario. Not the n-th passing: how often something is repeated differs.
 * And nobody waits for what the nodes of a cancelled run still do: their release may be sooner.
 */
export const wronglyUnpassed = (walked: readonly Walked[]): string[] =>
  unpassed(walked)
    .filter(
      ({ scenario, point }) => point.passing === 1 && !(scenario.cancel === true && point.service === 'edge-runner'),
    )
    .map(({ scenario, point }) => idOf(scenario, point));
