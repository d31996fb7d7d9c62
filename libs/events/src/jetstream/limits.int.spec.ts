import { DiscardPolicy, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeAccounts } from '../access/make-accounts.ts';
import type { EventBus } from '../bus/event-bus.ts';
import { BenchbusError } from '../bus/errors.ts';
import { collector } from '../testing/contract-harness.ts';
import { startJetStreamHarness, type JetStreamHarness } from '../testing/jetstream-harness.ts';
import { startNatsServer } from '../testing/nats-server.ts';
import { hostLeft } from '../testing/samples.ts';
import { connectBus } from './connect-bus.ts';
import { makeStreams } from './make-streams.ts';

const MIB = 1024 * 1024;
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;
const limitsOf = async (jsm: JetStreamManager, stream: string) => {
  const { max_bytes, discard } = (await jsm.streams.info(stream)).config;
  return { max_bytes, discard };
};

let harness: JetStreamHarness;
let nc: NatsConnection;
let jsm: JetStreamManager;
beforeEach(async () => {
  harness = await startJetStreamHarness();
  nc = await connect({ servers: harness.server.url });
  jsm = await jetstreamManager(nc);
});
afterEach(async () => {
  await nc.close();
  await harness.close();
});

/** A suite of so many bytes, most of which is nothing. */
const ask = (bus: EventBus, id: string, bytes: number) =>
  bus.request('SuiteRequested', id, { suite: { filler: 'x'.repeat(bytes) } });

test('clients that send more than REQUESTS may hold are refused; the log goes on, and nobody’s request is forgotten', async () => {
  const bus = await harness.open({ log: { requestsMaxBytes: 16 * MIB } });
  expect(await limitsOf(jsm, 'REQUESTS')).toEqual({ max_bytes: 16 * MIB, discard: 'new' });
  await ask(bus, 'first', 7 * MIB);
  await ask(bus, 'second', 7 * MIB);
  await expect(ask(bus, 'third', 7 * MIB)).rejects.toEqual(code('REQUESTS_FULL'));
  await ask(bus, 'small', 1_000);
  expect(await bus.log.append(hostLeft('h', 'c'), 0)).toMatchObject({ outcome: 'appended' });
  for (const id of ['first', 'second', 'small']) expect(await bus.requestsOf(id), id).toHaveLength(1);
  expect(await bus.requestsOf('third')).toEqual([]);
  const uses = await bus.storage();
  expect(uses).toContainEqual({ of: 'requests', bytes: expect.any(Number) as number, limitBytes: 16 * MIB });
  expect(uses.find(({ of }) => of === 'requests')?.bytes).toBeGreaterThan(14 * MIB);
  // There is room again.
  await jsm.streams.purge('REQUESTS', { filter: 'request.suite.first' });
  await ask(bus, 'third', 7 * MIB);
});

test('streams that were made without limits get them; what they hold stays, however much; a limit that somebody set is left', async () => {
  const old = { discard: DiscardPolicy.Old, max_bytes: -1 };
  const first = await harness.open();
  for (const stream of ['REQUESTS', 'DEADLETTERS'])
    await jsm.streams.update(stream, { ...(await jsm.streams.info(stream)).config, ...old });
  await Promise.all(['a', 'b', 'c'].map((id) => ask(first, id, 7 * MIB)));
  const limited = { requestsMaxBytes: 16 * MIB };
  const again = await harness.open({ log: limited });
  expect(await limitsOf(jsm, 'REQUESTS')).toEqual({ max_bytes: 16 * MIB, discard: 'new' });
  expect(await limitsOf(jsm, 'DEADLETTERS')).toEqual({ max_bytes: 256 * MIB, discard: 'new' });
  for (const id of ['a', 'b', 'c']) expect(await again.requestsOf(id), id).toHaveLength(1);
  await expect(ask(again, 'd', 1_000)).rejects.toEqual(code('REQUESTS_FULL'));
  // Nobody says how much now: as it is. Not even who may make none changes it.
  await harness.open();
  await harness.open({ log: { requestsMaxBytes: 32 * MIB }, ensureStreams: false });
  expect(await limitsOf(jsm, 'REQUESTS')).toEqual({ max_bytes: 16 * MIB, discard: 'new' });
});

test('a limit that there is no room for is none, and stops nobody', async () => {
  await ask(await harness.open({ log: { requestsMaxBytes: 2 ** 50 } }), 'first', 1_000);
  expect(await limitsOf(jsm, 'REQUESTS')).toEqual({ max_bytes: -1, discard: 'new' });
});

test('dead letters beyond their room are not parked, and not lost: the message comes again until somebody made room', async () => {
  const bus = await harness.open({ name: 'service', log: { deadLettersMaxBytes: 16 * MIB } });
  const fill = async (id: string, bytes: number) =>
    await harness.publishRaw(`dead.other.consumer.events.${id}`, { 'dead-state': 'parked' }, 'x'.repeat(bytes));
  await fill('1', 8 * MIB - 500);
  await fill('2', 8 * MIB - 500);
  // To the last byte: not even the record of a drop fits.
  for (let number = 3, bytes = 256; bytes >= 1; number += 1)
    await fill(String(number), bytes).catch(() => (bytes = Math.floor(bytes / 2)));
  const tries = collector<number>();
  await bus.consumeEvents({
    name: 'consumer',
    subjects: ['evt.host.>'],
    retryDelaysMs: [300],
    handle: async ({ sequence }) => {
      tries.add(sequence);
      throw new BenchbusError({ code: 'NO_LUCK', message: 'never '.repeat(300) }, { permanent: true });
    },
  });
  await bus.log.append(hostLeft('h', 'c'), 0);
  await tries.until((items) => items.length > 0);
  const mine = async () => (await bus.deadLetters.list()).filter(({ service }) => service === 'service');
  expect(await mine()).toEqual([]);
  // Dropping makes the room it needs itself.
  const other = (await bus.deadLetters.list()).find(({ sequence }) => sequence === 1);
  expect(await bus.deadLetters.drop(other?.id ?? '', 'ann')).toMatchObject({ state: 'dropped' });
  await expect.poll(mine, { timeout: 20_000 }).toMatchObject([{ code: 'NO_LUCK', subject: 'evt.host.h' }]);
  const dropped = (await bus.deadLetters.list({ all: true })).filter(({ state }) => state === 'dropped');
  expect(dropped.map(({ id }) => id)).toEqual([other?.id]);
});

test('credentials that may make streams may limit these two, and no other; a limit that there is no room for stops nobody', async () => {
  const accounts = await makeAccounts('test');
  const server = await startNatsServer({ accounts: accounts.serverConfig });
  const creds = accounts.creds.get('operator') ?? '';
  const options = { servers: server.url, replicas: 1, livenessTtlMs: 15_000, connectTimeoutMs: 5_000 };
  try {
    const access = { creds };
    const incarnation = await makeStreams({ ...options, access });
    expect(await makeStreams({ ...options, access, requestsMaxBytes: 64 * MIB })).toBe(incarnation);
    const bus = await connectBus({ servers: server.url, name: 'operator', source: '/o', access });
    const limits = async () => (await bus.storage()).map(({ of, limitBytes }) => [of, limitBytes]);
    expect(await limits()).toContainEqual(['requests', 64 * MIB]);
    // More than any disk has.
    expect(await makeStreams({ ...options, access, requestsMaxBytes: 2 ** 50 })).toBe(incarnation);
    expect(await limits()).toContainEqual(['requests', 64 * MIB]);
    await bus.close();
  } finally {
    await server.stop();
  }
});
