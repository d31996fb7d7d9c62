import { createMemoryBus } from '@benchbus/events/testing';
import { expect, it } from 'vitest';
import { untilLost } from './until-lost.ts';

it('a watch that breaks is begun again by itself, until it is stopped', async () => {
  const { liveness } = createMemoryBus();
  let broken = 0;
  const breaking = (times: number) => ({
    lost: (...asked: Parameters<typeof liveness.lost>) =>
      broken < times && (broken += 1) > 0 ? Promise.reject(new Error('away')) : liveness.lost(...asked),
  });
  await untilLost(breaking(2), 'host.h', 1, AbortSignal.timeout(20_000), 1);
  expect(broken).toBe(2);
  const stopping = new AbortController();
  const watching = untilLost(breaking(Infinity), 'host.h', 1, stopping.signal, 1);
  stopping.abort();
  await expect(watching).rejects.toMatchObject({ name: 'AbortError' });
});
