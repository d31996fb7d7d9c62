import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { startValkey } from '@benchbus/service/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AllocatorWorld } from './testing/allocator-world.ts';
import { holdings } from './testing/holdings.ts';
import { GIB } from './testing/test-log.ts';

let world: AllocatorWorld;
beforeEach(async () => {
  world = await AllocatorWorld.start();
});
afterEach(() => world.stop());

/** Every suffix of the two chains of appends is cut off once. */
const GRANTING = [
  'before-append.CapacityGranted',
  'after-append.CapacityGranted',
  'after-append.BlocksGranted',
  'after-append.NetworkReserved',
];
const RELEASING = ['after-append.BlocksReleased', 'after-append.CapacityReleased', 'after-append.NetworkReleased'];

it(
  'goes on after kill -9 at every point between the appends, and holds nothing twice',
  { timeout: 180_000 },
  async () => {
    const hostId = await world.host();
    await (await world.spawn()).stop();
    const runId = await world.request();
    for (const point of [...GRANTING, ...RELEASING]) {
      if (point === RELEASING[0]) await world.release(runId);
      const marker = join(world.folder, point);
      const crashing = world.launch({ BENCHBUS_CRASH_AT: point, BENCHBUS_CRASH_ONCE: marker });
      expect((await crashing.exited).signal, point).toBe('SIGKILL');
    }
    await world.spawn();
    const reserved = await world.reserved(runId);
    expect(reserved.data).toMatchObject({ hostId, cidr: '127.64.0.0/24' });
    await world.released(runId);
    const events = await world.history();
    expect(holdings(events)).toMatchObject({ violations: [], held: [] });
    const own = events.filter(({ subject }) => /^evt\.(capacity|pool|network)\./.test(subject)).map(({ name }) => name);
    expect(own).toEqual([
      'PoolDefined',
      'CapacityGranted',
      'BlocksGranted',
      'NetworkReserved',
      'BlocksReleased',
      'CapacityReleased',
      'NetworkReleased',
    ]);
  },
);

it('gives back what a killed allocator granted to a run that was cancelled meanwhile', async () => {
  const hostId = await world.host();
  const cancelled = await world.request();
  const crashing = world.launch({ BENCHBUS_CRASH_AT: 'after-append.BlocksGranted' });
  expect((await crashing.exited).signal).toBe('SIGKILL');
  await world.fact('RunCancelling', subjects.run(cancelled), { reason: 'test' });
  const next = await world.request();
  await world.spawn();
  expect((await world.reserved(next)).data.hostId).toBe(hostId);
  await world.release(cancelled);
  expect((await world.released(cancelled)).data).toEqual({});
  const { violations, held } = holdings(await world.history());
  expect([violations, new Set(held)]).toEqual([[], new Set([next])]);
});

it('answers at the deadline, without an event that wakes it', async () => {
  await world.spawn();
  const soon = () => new Date(Date.now() + 700).toISOString();
  const nobody = await world.request({ target: 'docker', deadline: soon() });
  expect((await world.on(subjects.network(nobody), 'NetworkRejected')).data.problem.code).toBe('NO_HOST');
  await world.host();
  await world.reserved(await world.request());
  const waiting = await world.request({ deadline: soon() });
  expect((await world.on(subjects.network(waiting), 'NetworkRejected')).data.problem.code).toBe('QUEUE_TIMEOUT');
});

it('keeps host and block while a deployment may exist', async () => {
  const hostId = await world.host();
  await world.spawn();
  const runId = await world.request();
  const { cidr } = (await world.reserved(runId)).data;
  const far = '2099-01-01T00:00:00.000Z';
  const data = { attempt: 1, target: 'local' as const, hostId, cidr, deadline: far, leaseExpiresAt: far };
  await world.fact('RunDeploymentRequested', subjects.run(runId), data);
  await world.release(runId);
  // Another run's release goes through: the allocator has seen ours before.
  const other = await world.request();
  await world.release(other);
  await world.released(other);
  expect(holdings(await world.history()).held).toEqual([runId, runId]);
  await world.fact('DeploymentDestroyed', subjects.deployment(runId), { reason: 'test' });
  expect((await world.released(runId)).data).toEqual({ hostId, cidr });
});

describe.each(['none', 'redlock'])('three replicas with lock %s', (lock) => {
  // Some hundred synced appends, three processes, two cores: a busy machine needs its time.
  it('serve 120 requests at once: no block twice, none lost', { timeout: 240_000 }, async () => {
    const valkey = await startValkey();
    try {
      const env = { VALKEY_URL: valkey.url, BENCHBUS_ALLOCATOR_LOCK: lock };
      for (let number = 0; number < 2; number += 1)
        await world.host({
          cores: 80,
          memoryBytes: 80 * GIB,
          targets: [{ name: 'local', pool: { cidr: '127.64.0.0/16', blockPrefix: 26 } }],
        });
      const replicas = await Promise.all([world.spawn(env), world.spawn(env), world.spawn(env)]);
      const runs = await Promise.all(Array.from({ length: 120 }, () => world.request({ sharing: 'allowed' })));
      await Promise.all(runs.map((runId) => world.reserved(runId)));
      const full = holdings(await world.history());
      expect(full.violations).toEqual([]);
      expect(full.held).toHaveLength(240);

      await Promise.all(runs.map((runId) => world.release(runId)));
      await Promise.all(runs.map((runId) => world.released(runId)));
      const empty = holdings(await world.history());
      expect([empty.violations, empty.held, empty.released.size]).toEqual([[], [], 120]);
      // The proof means something only if more than one of them did the work.
      const busy = replicas.filter(({ lines }) => lines.some((line) => line.includes('"outcome":"appended"')));
      expect(busy.length).toBeGreaterThan(1);
    } finally {
      await valkey.stop();
    }
  });
});
