import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideGroup, STRATEGIES, type GroupMember } from './concurrency.ts';

const member = (order: number, admitted = false, priority = 1): GroupMember => ({
  runId: `r${String(order)}`,
  admitted,
  priority,
  order,
});

test('CANCEL_NEWEST fills free room with the oldest and cancels the rest', () => {
  const decision = decideGroup('CANCEL_NEWEST', 2, [member(3), member(1, true), member(2)]);
  expect(decision).toEqual({ admit: ['r2'], cancel: ['r3'] });
});

test('GROUP_ROUND_ROBIN admits by priority, then age, and cancels nobody', () => {
  const decision = decideGroup('GROUP_ROUND_ROBIN', 2, [member(1), member(2), member(3, false, 3)]);
  expect(decision).toEqual({ admit: ['r3', 'r1'], cancel: [] });
});

test('CANCEL_IN_PROGRESS keeps the newest, and the one of higher priority before it', () => {
  expect(decideGroup('CANCEL_IN_PROGRESS', 1, [member(1, true), member(2)])).toEqual({ admit: ['r2'], cancel: ['r1'] });
  expect(decideGroup('CANCEL_IN_PROGRESS', 1, [member(1, true, 3), member(2)])).toEqual({ admit: [], cancel: ['r2'] });
});

const members = fc
  .array(fc.record({ admitted: fc.boolean(), priority: fc.integer({ min: 1, max: 3 }) }), { maxLength: 12 })
  .map((list) => list.map((one, index) => member(index, one.admitted, one.priority)));

test('no strategy admits beyond max_runs, admits twice, or wastes a free slot', () => {
  const anyCase = fc.tuple(fc.constantFrom(...STRATEGIES), fc.integer({ min: 1, max: 5 }), members);
  fc.assert(
    fc.property(anyCase, ([strategy, maxRuns, group]) => {
      const { admit, cancel } = decideGroup(strategy, maxRuns, group);
      const before = group.filter((one) => one.admitted);
      const kept = before.filter((one) => !cancel.includes(one.runId));
      const after = kept.length + admit.length;
      const waiting = group.length - before.length;
      expect(new Set([...admit, ...cancel]).size).toBe(admit.length + cancel.length);
      expect(admit.some((id) => before.some((one) => one.runId === id))).toBe(false);
      expect(after).toBeLessThanOrEqual(Math.max(maxRuns, before.length));
      if (before.length <= maxRuns) expect(after).toBe(Math.min(maxRuns, before.length + waiting));
      if (strategy !== 'CANCEL_IN_PROGRESS') expect(kept).toHaveLength(before.length);
      if (strategy !== 'GROUP_ROUND_ROBIN') expect(kept.length + admit.length + cancel.length).toBe(group.length);
    }),
  );
});
