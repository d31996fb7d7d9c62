import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { encodeSnapshot, usableSnapshot } from './snapshot-codec.ts';

const frame = { incarnation: randomUUID(), schemaVersion: 3 };
const bytes = encodeSnapshot(frame, { sequence: 10, state: { runs: [1] } });

it('a snapshot of this log and version comes back', () => {
  expect(usableSnapshot(bytes, frame, 10)).toEqual({ sequence: 10, state: { runs: [1] } });
});

it.each([
  ['of another log', bytes, { ...frame, incarnation: randomUUID() }, 10],
  ['of an older version of its schema', bytes, { ...frame, schemaVersion: 4 }, 10],
  ['beyond the log', bytes, frame, 9],
  ['that is rubbish', new Uint8Array([1, 2, 3]), frame, 10],
  ['that was cut off', bytes.subarray(0, 20), frame, 10],
] as const)('a snapshot %s is as good as none', (_, found, wanted, last) => {
  expect(usableSnapshot(found, wanted, last)).toBeUndefined();
});
