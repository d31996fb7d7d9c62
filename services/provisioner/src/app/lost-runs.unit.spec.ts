import { decideAndAppend, subjects } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { createLogger } from '@benchbus/service';
import { expect, it } from 'vitest';
import { announceHost } from './announcer.ts';
import { settleLoss } from '../janitor/settle-loss.ts';
import { Lanes } from './lanes.ts';
import { LostRuns } from './lost-runs.ts';
import type { Targets } from './targets.ts';

const logger = createLogger({ LOG_LEVEL: 'fatal', LOG_MOD: 'production', LOG_MAPPING: '' }, { service: 'test' });

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
  const announce = (cores = 1) => announceHost(bus.log, 'h', { ...OFFER, cores }, lost);
  /** The janitor swept; run `left` is still there. */
  const look = async (left?: string) => {
    const list = () => Promise.resolve(left === undefined ? [] : [{ runId: left, kind: 'folder' as const, what: 'x' }]);
    const targets = { list } as unknown as Targets;
    await settleLoss({ targets, logger }, new Lanes(new AbortController().signal), lost, lost.last);
  };
  await look('r1');
  expect(await announce()).toBe(false);
  expect(await announce(2)).toBe(false);
  await look('of-another');
  expect(await announce()).toBe(true);
  expect(await announce()).toBe(false);
  await lose('r2');
  await expect.poll(() => told).toBe(1);
  expect([lost.has('r1'), lost.has('r2')]).toEqual([true, true]);
  expect(await announce()).toBe(false);
  await look();
  expect(await announce()).toBe(true);
  expect((await bus.log.read(subjects.host('h'))).map(({ cause }) => cause)).toEqual([
    'h',
    ...(await bus.log.read(subject)).map(({ id }) => id),
  ]);
  // Said by an earlier process after the loss: it goes on.
  const other = new LostRuns();
  await other.start(bus.log, 'h', () => undefined);
  expect(await announceHost(bus.log, 'h', { ...OFFER, cores: 2 }, other)).toBe(true);
  await other.stop();
  await lost.stop();
  await bus.close();
});
