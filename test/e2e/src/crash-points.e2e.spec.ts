import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordAll, startStacks, stopStacks, type Recorded } from './crash-walk/record.ts';
import { beside } from './crash-walk/points.ts';
import type { WalkedStack } from './crash-walk/stack.ts';
import { lineOf, tableOf, totalsOf } from './crash-walk/summary.ts';
import { casesOf, walk, wronglyUnpassed } from './crash-walk/walk.ts';
import { namedPoints, UNWALKED } from './crash-walk/named-points.ts';
import { expectNoOrphansBut, orphanedSharedMemory } from './testing/shared-memory.ts';

describe('a death at every point of a run', () => {
  const before = orphanedSharedMemory();
  let stacks: WalkedStack[] = [];
  let recorded: Recorded;
  beforeAll(async () => {
    // The engine gives up on a killed worker sooner than after its 30 s: they are waited for in the long walk.
    stacks = await startStacks(2, { BENCHBUS_HATCHET_REASSIGN_AFTER_MS: '8000' });
    recorded = await recordAll(stacks);
  }, 600_000);
  afterAll(async () => {
    expect(await stopStacks(stacks)).toEqual([]);
    await expectNoOrphansBut(before);
  });

  it('every named point is passed by one of the runs, or has a reason', () => {
    const passed = new Set(Object.values(recorded).flatMap(({ points }) => points.map(({ point }) => point)));
    const lost = namedPoints().filter((name) => !passed.has(name) && !UNWALKED.has(name));
    expect(lost, 'neither passed nor listed').toEqual([]);
    expect(
      [...UNWALKED.keys()].filter((name) => passed.has(name)),
      'listed, but passed',
    ).toEqual([]);
  });

  it(
    'ends each run as undisturbed, gives everything back, says and does nothing twice',
    { timeout: 3_600_000 },
    async () => {
      const { completing, failing, cancelled } = recorded;
      const today = Math.floor(Date.now() / 86_400_000);
      const of = ({ scenario, history }: Recorded[keyof Recorded], points: typeof completing.points) =>
        casesOf(scenario, history, points);
      const walked = await walk(
        stacks,
        [
          ...of(failing, beside(failing.points, completing.points)),
          ...of(cancelled, beside(cancelled.points, [...completing.points, ...failing.points])),
          // The others take twice as long: another fifth each day, all in the long walk.
          ...of(completing, completing.points).filter((_, index) => index % 5 === today % 5),
        ],
        (done) => process.stdout.write(lineOf(done)),
      );
      process.stdout.write(`\n${tableOf(walked)}`);
      expect(walked.filter(({ faults }) => faults.length > 0).map(lineOf)).toEqual([]);
      expect(wronglyUnpassed(walked)).toEqual([]);
      expect(totalsOf(walked).points).toBeGreaterThanOrEqual(50);
    },
  );
});
