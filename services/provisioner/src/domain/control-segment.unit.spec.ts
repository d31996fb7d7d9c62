import { expect, it } from 'vitest';
import { segmentsOfControl } from './control-segment.ts';

/** A control segment as dsm.c lays it out, with room for `most` items of `itemBytes`. */
function control(items: readonly (readonly [handle: number, references: number])[], itemBytes = 40, most = 69): Buffer {
  const bytes = Buffer.alloc(16 + itemBytes * Math.max(most, items.length));
  for (const [index, value] of [0x9a503d32, items.length, most].entries()) bytes.writeUInt32LE(value, 4 * index);
  for (const [index, [handle, references]] of items.entries()) {
    bytes.writeUInt32LE(handle, 16 + index * itemBytes);
    bytes.writeUInt32LE(references, 16 + index * itemBytes + 4);
  }
  return bytes;
}

it.each([24, 40])(
  'names the segments in use, of items of %i bytes; free slots are somebody else’s by now',
  (itemBytes) => {
    const bytes = control([[4294967294, 2], [17, 0], [290006962, 29], [5, 1]], itemBytes); // prettier-ignore
    expect(segmentsOfControl(bytes)).toEqual(['PostgreSQL.4294967294', 'PostgreSQL.290006962', 'PostgreSQL.5']);
    expect(segmentsOfControl(control([], itemBytes))).toEqual([]);
  },
);

it.each([
  ['empty', Buffer.alloc(0)],
  ['no control segment', Buffer.alloc(1_048_576)],
  ['cut short', control([[2, 2]]).subarray(0, 100)],
  ['without room', control([], 40, 0)],
  ['fuller than it can be', control([[2, 2], [4, 2]], 40, 1)], // prettier-ignore
])('a file that is %s tells nothing', (_, bytes) => {
  expect(segmentsOfControl(bytes)).toBeUndefined();
});
