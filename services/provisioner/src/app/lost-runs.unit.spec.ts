import { decideAndAppend, subjects } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { expect, it } from 'vitest';
import { announceHost } from './announcer.ts';
import { LostRuns } from './lost-runs.ts';

const OFFER = {
  ...{ hostname: 'h', installation: 'i', targets: [], cores: 1, memoryBytes: 1, occupied: [] },
  versions: {},
};

it('a host that was said to be gone knows which runs it lost, and announces itself anew, once', async () => {
  const bus = createMemoryBus();
  const subject = subjects.capacity('h');
  const lose = (runId: string) =>
    decideAndAppend(bus.log, subject, () => ({
      ...{ name: 'CapacityLost', subject, data: { reason: 'burnt', runIds: [runId] } },
      ...{ cause: 'x', discriminator: runId, correlation: 'h' },
    }));
  expect(await announceHost(bus.log, 'h', OFFER)).toBe(true);
  await lose('r1');
  const lost = new LostRuns();
  let told = 0;
  await lost.start(bus.log, 'h', () => (told += 1));
  expect([lost.has('r1'), lost.has('r2'), told]).toEqual([true, false, 0]);
  expect(await announceHost(bus.log, 'h', OFFER)).toBe(false);
  expect(await announceHost(bus.log, 'h', OFFER, lost.last)).toBe(true);
  expect(await announceHost(bus.log, 'h', OFFER, lost.last)).toBe(false);
  await lose('r2');
  await expect.poll(() => told).toBe(1);
  expect([lost.has('r1'), lost.has('r2')]).toEqual([true, true]);
  expect(await announceHost(bus.log, 'h', OFFER, lost.last)).toBe(true);
  expect((await bus.log.read(subjects.host('h'))).map(({ cause }) => cause)).toEqual([
    'h',
    ...(await bus.log.read(subject)).map(({ id }) => id),
  ]);
  await lost.stop();
  await bus.close();
});
