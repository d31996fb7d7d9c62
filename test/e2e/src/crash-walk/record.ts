import type { AnyRecorded } from '@benchbus/events';
import { play } from './play.ts';
import type { Point } from './points.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { WalkedStack } from './stack.ts';

export interface Undisturbed {
  readonly scenario: Scenario;
  readonly history: readonly AnyRecorded[];
  readonly points: readonly Point[];
}
export type Recorded = Readonly<Record<Scenario['name'], Undisturbed>>;

/** One after the other: two that start at the same moment may choose the same free port. */
export async function startStacks(count: number, env: Record<string, string> = {}): Promise<WalkedStack[]> {
  const stacks: WalkedStack[] = [];
  while (stacks.length < count) stacks.push(await WalkedStack.start(env));
  return stacks;
}

/** Stops them all; returns what they leave on the machine. */
export const stopStacks = async (stacks: readonly WalkedStack[]): Promise<string[]> =>
  (await Promise.all(stacks.map((stack) => stack.stop()))).flat();

/** A suite's last fact is read a moment before its writer passes the point behind it: in the trace of the next one, then. */
const isOf = (history: readonly AnyRecorded[]) => {
  const names = new Set<string>(history.map(({ name }) => name));
  return ({ point }: Point): boolean => {
    const event = /^after-append\.((?:Suite|Run)\w+)$/.exec(point)?.[1];
    return event === undefined || names.has(event);
  };
};

/** Every scenario once, undisturbed: what it says, and the points it passes. One after the other on one stack. */
export async function recordAll([stack]: readonly WalkedStack[]): Promise<Recorded> {
  if (stack === undefined) throw new RangeError('no stack');
  const recorded: [string, Undisturbed][] = [];
  for (const scenario of SCENARIOS) {
    const { result, points } = await stack.record(() => play(stack.installation, scenario, `plain-${scenario.name}`));
    const own = points.filter(isOf(result.history));
    recorded.push([scenario.name, { scenario, history: result.history, points: own }]);
  }
  return Object.fromEntries(recorded) as Recorded;
}
