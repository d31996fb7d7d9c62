import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readRecordings } from './contracts/frozen-files.ts';
import { jsonOf } from './envelope/attributes.ts';
import { decodeEvent } from './envelope/decode.ts';
import { verifyChain } from './envelope/verify-chain.ts';
import { readersFirst, toV2, workloadFinishedV2 } from './testing/next-version.ts';

const logs = [...readRecordings()].filter(([file]) => !/requests|by-hand/.test(file));

describe.each(logs)('the log of %s', (_, stored) => {
  test('is read to its last event, and its chain of hashes holds', () => {
    expect(stored.length).toBeGreaterThan(40);
    expect(stored.map(decodeEvent).map(({ sequence }) => sequence)).toEqual(stored.map(({ sequence }) => sequence));
    expect(verifyChain(stored)).toEqual([]);
  });

  test('is read by a build that has moved an event to v2: it sees v2, everything else as it was', () => {
    const before = stored.map(decodeEvent);
    const after = stored.map(readersFirst.decode);
    const changed = after.filter((event, at) => !isDeepStrictEqual(event, before[at]));
    const finished = before.filter(({ name }) => name === 'WorkloadFinished');
    expect(changed.map(({ sequence }) => sequence)).toEqual(finished.map(({ sequence }) => sequence));
    for (const event of changed) {
      expect(event.type).toBe('io.benchbus.edge.workload-finished.v2');
      expect(workloadFinishedV2.data.parse(event.data)).toEqual(event.data);
      const old = finished.find(({ sequence }) => sequence === event.sequence);
      expect(event).toMatchObject({
        hash: old?.hash,
        id: old?.id,
        data: { summary: { latency: { averageMs: expect.any(Number) as number } } },
      });
    }
  });

  test('is upcast without a change to it', () => {
    for (const message of stored.filter((one) => decodeEvent(one).type === toV2.type)) {
      const data = jsonOf(message);
      const before = structuredClone(data);
      expect(toV2.upcast(data)).toEqual(toV2.upcast(data));
      expect(data).toEqual(before);
    }
  });
});
