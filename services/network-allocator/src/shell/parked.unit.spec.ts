import { decideAndAppend, subjects, type AnyDraft, type EventData, type EventName } from '@benchbus/events';
import { createMemoryBus, parked, poison, type MemoryBus } from '@benchbus/events/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { evolve } from '../domain/evolve.ts';
import { hostAnnounced, networkRequested } from '../testing/test-log.ts';
import { Allocator } from './allocator.ts';
import { noLock } from './grant-lock.ts';
import { Projection } from './projection.ts';

const FAR = '2099-01-01T00:00:00.000Z';
const logger = pino({ level: 'silent' });
let bus: MemoryBus;
let stop: (() => Promise<void>)[] = [];
beforeEach(() => {
  bus = createMemoryBus({ name: 'network-allocator' });
});
afterEach(async () => {
  for (const end of stop) await end();
  stop = [];
  await bus.close();
});

async function fact<N extends EventName>(name: N, subject: string, data: EventData<N>): Promise<void> {
  const draft = { name, subject, data, cause: `${name} ${subject}`, correlation: 'suite' } as AnyDraft;
  await decideAndAppend(bus.log, subject, () => draft);
}

const stage = (runId: string) =>
  fact('RunStageStarted', subjects.run(runId), { stage: 'network', attempt: 1, deadline: FAR });
const request = (runId: string) =>
  fact('RunNetworkRequested', subjects.run(runId), networkRequested({ deadline: FAR, sharing: 'allowed' }));

/** An allocator; `take`: as what its projection takes facts in. */
async function allocate(take = evolve): Promise<Projection> {
  const projection = new Projection(take);
  const allocator = new Allocator({
    log: bus.log,
    projection,
    lock: noLock,
    logger,
    catchUpMs: 10_000,
    setAsideMs: 1_000,
  });
  await projection.start(bus.log);
  allocator.start();
  stop.push(async () => {
    await allocator.stop();
    await projection.stop();
  });
  return projection;
}

async function on(runId: string, name: EventName) {
  const subject = subjects.network(runId);
  const probe = async () => (await bus.log.read(subject)).find((event) => event.name === name);
  await bus.log.waitFor([subject], probe, { what: `${name} of ${runId}`, timeoutMs: 30_000 });
  return bus.log.read(subject);
}

/** Throws for one kind of fact of the run `bad`, every time. */
const broken =
  (name: EventName): typeof evolve =>
  (state, event) => {
    if (event.name === name && event.subject === subjects.run('bad')) throw new Error('cannot take it in');
    return evolve(state, event);
  };

it('a request that no schema fits is parked and refused, once; the next one is granted', async () => {
  await fact('HostAnnounced', subjects.host('h'), hostAnnounced('h'));
  await stage('bad');
  poison(bus, 'RunNetworkRequested', subjects.run('bad'), { attempt: 'rubbish' });
  await request('good');
  await allocate();
  await on('good', 'NetworkReserved');
  const [letter] = await parked(bus, 1);
  expect(letter).toMatchObject({
    service: 'network-allocator',
    consumer: 'network-allocator-projection',
    subject: subjects.run('bad'),
    code: 'EVENT_DATA_INVALID',
    attempts: 1,
    stack: expect.stringContaining('decode.ts') as string,
  });
  const data = {
    attempt: 1,
    problem: {
      code: 'EVENT_DATA_INVALID',
      hint: expect.stringContaining(`benchbus dead-letters show ${letter?.id}`) as string,
    },
  };
  expect(await on('bad', 'NetworkRejected')).toMatchObject([{ name: 'NetworkRejected', correlation: 'suite', data }]);
  // Every replica and every start meets it again.
  await allocate();
  expect(await bus.log.read(subjects.network('bad'))).toHaveLength(1);
  expect(await parked(bus, 1)).toHaveLength(1);
});

it('a request that the projection throws for each time is parked after some tries and refused; the next is granted', async () => {
  await fact('HostAnnounced', subjects.host('h'), hostAnnounced('h'));
  await stage('bad');
  await allocate(broken('RunNetworkRequested'));
  await request('bad');
  await request('good');
  expect(await on('bad', 'NetworkRejected')).toMatchObject([{ data: { attempt: 1, problem: { code: 'INTERNAL' } } }]);
  await on('good', 'NetworkReserved');
  expect(await parked(bus, 1)).toMatchObject([
    {
      code: 'INTERNAL',
      message: 'cannot take it in',
      attempts: 6,
      stack: expect.stringMatching(/parked\.unit/) as string,
    },
  ]);
  expect(await bus.log.read(subjects.network('bad'))).toHaveLength(1);
});

it('a run whose request for a deployment could not be taken in keeps its block until that is destroyed', async () => {
  await fact('HostAnnounced', subjects.host('h'), hostAnnounced('h'));
  await allocate(broken('RunDeploymentRequested'));
  await request('bad');
  await on('bad', 'NetworkReserved');
  const deployment = { target: 'local', hostId: 'h', cidr: '127.64.0.0/24', deadline: FAR } as const;
  await fact('RunDeploymentRequested', subjects.run('bad'), { ...deployment, attempt: 1, leaseExpiresAt: FAR });
  await parked(bus, 1);
  await fact('RunReleaseRequested', subjects.run('bad'), { reason: 'ended', deadline: FAR });
  await request('next');
  await on('next', 'NetworkReserved');
  expect((await bus.log.read(subjects.network('bad'))).map(({ name }) => name)).toEqual(['NetworkReserved']);
  await fact('DeploymentDestroyed', subjects.deployment('bad'), { reason: 'over' });
  await on('bad', 'NetworkReleased');
});
