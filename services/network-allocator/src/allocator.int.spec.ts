import { join } from 'node:path';
import { hostGone, subjects } from '@benchbus/events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AllocatorWorld } from './testing/allocator-world.ts';
import { holdings } from './testing/holdings.ts';
import { rush } from './testing/rush.ts';

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

it('gives nothing to a host that is away, but to one that lives; once it is back it is used again', async () => {
  const dead = await world.host();
  await world.away(dead);
  await world.spawn();
  const waiting = await world.request();
  const living = await world.host();
  expect((await world.reserved(waiting)).data.hostId).toBe(living);
  const next = await world.request();
  await world.hostOf(dead);
  expect((await world.reserved(next)).data.hostId).toBe(dead);
});

it("takes an operator's word that a host is gone, unless that gives a sign of life", async () => {
  const { bus } = world;
  const hostId = await world.host();
  await world.spawn();
  const runId = await world.request();
  const { cidr } = (await world.reserved(runId)).data;
  const far = '2099-01-01T00:00:00.000Z';
  const data = { attempt: 1, target: 'local' as const, hostId, cidr, deadline: far, leaseExpiresAt: far };
  await world.fact('RunDeploymentRequested', subjects.run(runId), data);
  const say = (of = hostId) => bus.questions.ask(hostGone, { hostId: of, reason: 'burnt' }, { timeoutMs: 20_000 });
  await expect(say()).rejects.toMatchObject({ code: 'HOST_LIVES' });
  await expect(say('h-nobody')).rejects.toMatchObject({ code: 'HOST_UNKNOWN' });
  await world.away(hostId);
  // The provisioner crashed alone.
  const runner = await bus.liveness.hold(`edge.${runId}.pg`, { instance: 'i' });
  await expect(say()).rejects.toMatchObject({
    ...{ code: 'HOST_LIVES', message: expect.stringContaining(`${runId}.pg`) as string },
  });
  await runner.stop();
  expect(await say()).toMatchObject({ runIds: [runId], already: false });
  expect((await world.released(runId)).data).toEqual({ hostId, cidr, lost: { hostId, reason: 'burnt' } });
  expect(await say()).toEqual({ hostname: hostId, runIds: [], already: true });
  const gentle = await world.host();
  await world.fact('HostLeft', subjects.host(gentle), { reason: 'stopped' });
  await world.away(gentle);
  await expect.poll(() => say(gentle)).toEqual({ hostname: gentle, runIds: [], already: true, left: true });
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

it(
  '8 processes without a lock, 200 requests at once, one killed, Valkey killed and flushed: no block twice, none lost',
  { timeout: 240_000 },
  async () => {
    const {
      violations,
      busy,
      seconds: _,
      ...counts
    } = await rush({
      ...{ processes: 8, requests: 200, lock: 'none', losesValkey: true, losesReplica: true },
    });
    expect(violations).toEqual([]);
    expect(counts).toEqual({ reserved: 200, blocks: 200, shown: 200, left: 0 });
    // The proof means something only if several did the work.
    expect(busy).toBeGreaterThan(1);
  },
);
