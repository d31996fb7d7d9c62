import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordAll, startStacks, stopStacks, type Recorded } from './crash-walk/record.ts';
import { SCENARIOS } from './crash-walk/scenarios.ts';
import type { WalkedStack } from './crash-walk/stack.ts';
import { lineOf, tableOf } from './crash-walk/summary.ts';
import { casesOf, walk, wronglyUnpassed } from './crash-walk/walk.ts';
import { expectNoOrphansBut, orphanedSharedMemory } from './testing/shared-memory.ts';

/** The whole product, with the engine's real time of reassignment; its table is in docs/reference/crash-points.md. */
describe('a death at every point of every run', () => {
  const before = orphanedSharedMemory();
  let stacks: WalkedStack[] = [];
  let recorded: Recorded;
  beforeAll(async () => {
    stacks = await startStacks(3);
    recorded = await recordAll(stacks);
  }, 600_000);
  afterAll(async () => {
    expect(await stopStacks(stacks)).toEqual([]);
    await expectNoOrphansBut(before);
  });

  it('ends each as undisturbed', { timeout: 4 * 3_600_000 }, async () => {
    const cases = SCENARIOS.flatMap((scenario) => {
      const { history, points } = recorded[scenario.name];
      return casesOf(scenario, history, points, 1);
    });
    const walked = await walk(stacks, cases, (done) => process.stdout.write(lineOf(done)));
    process.stdout.write(`\n${tableOf(walked)}`);
    expect(walked.filter(({ faults }) => faults.length > 0).map(lineOf)).toEqual([]);
    expect(wronglyUnpassed(walked)).toEqual([]);
  });
});
