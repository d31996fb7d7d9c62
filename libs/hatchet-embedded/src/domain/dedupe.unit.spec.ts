import { expect, test } from 'vitest';
import { childDedupeKey } from './dedupe.ts';

const child = { parentTaskId: 'p', step: 's', childKey: undefined, childIndex: 0 };

test('a child key replaces the index, and cannot be mistaken for one', () => {
  expect(childDedupeKey({ ...child, childKey: 'k' })).toBe(childDedupeKey({ ...child, childKey: 'k', childIndex: 5 }));
  expect(childDedupeKey({ ...child, childKey: '0' })).not.toBe(childDedupeKey(child));
});

test('parent, step and index tell children apart', () => {
  const keys = [child, { ...child, parentTaskId: 'q' }, { ...child, step: 't' }, { ...child, childIndex: 1 }].map(
    childDedupeKey,
  );
  expect(new Set(keys).size).toBe(4);
});

test('without a parent an index means nothing: runMany outside a task sends one, too', () => {
  expect(childDedupeKey({ ...child, parentTaskId: undefined })).toBeNull();
  expect(childDedupeKey({ ...child, childIndex: undefined })).toBeNull();
});
