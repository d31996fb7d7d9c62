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

/** Every scenario once, undisturbed: what it says, and the points it passes. One after the other on one stack. */
export async function recordAll([stack]: readonly WalkedStack[]): Promise<Recorded> {
  if (stack === undefined) throw new RangeError('no stack');
  const recorded: [string, Undisturbed][] = [];
  for (const scenario of SCENARIOS) {
    const { result, points } = await stack.record(() => play(stack.installation, scenario, `plain-${scenario.name}`));
    recorded.push([scenario.name, { scenario, history: result.history, points }]);
  }
  return Object.fromEntries(recorded) as unknown as Recorded;
}
