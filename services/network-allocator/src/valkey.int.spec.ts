import { freePort, startMetricsSink, startValkey, type TestServer } from '@benchbus/service/testing';
import { Valkey } from 'iovalkey';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownKey, viewKey } from './adapters/valkey-view.ts';
import { AllocatorWorld } from './testing/allocator-world.ts';

const PASSWORD = 'not-to-be-logged';
let world: AllocatorWorld;
let valkey: TestServer | undefined;
let client: Valkey | undefined;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  world = await AllocatorWorld.start();
});
afterEach(async () => {
  client?.disconnect();
  await world.stop();
  await valkey?.stop();
  for (const stop of stops.splice(0)) await stop();
});

/** A server that wants a password and tells of every change of a key, and a client of it. */
async function startServer(port?: number): Promise<string> {
  valkey = await startValkey(port === undefined ? {} : { port });
  const first = new Valkey(valkey.url);
  await first.config('SET', 'notify-keyspace-events', 'KA');
  await first.config('SET', 'requirepass', PASSWORD);
  first.disconnect();
  const url = `redis://:${PASSWORD}@127.0.0.1:${valkey.port}`;
  client = new Valkey(url, { retryStrategy: () => null });
  return url;
}

/** The set's members once they are these; driven by the server's notifications, not by polling. */
async function members(key: string, wanted: string[]): Promise<void> {
  if (client === undefined) throw new Error('no client');
  const reader = client;
  const notified = reader.duplicate();
  try {
    await notified.subscribe(`__keyspace@0__:${key}`);
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        reader.smembers(key).then((found) => {
          if (JSON.stringify(found.toSorted()) === JSON.stringify(wanted.toSorted())) resolve();
        }, reject);
      };
      notified.on('message', look);
      look();
    });
  } finally {
    notified.disconnect();
  }
}

/** The line of the log that tells of it. */
const foreign = (member: string) => (line: string) =>
  line.includes('FOREIGN_RESERVATION') && line.includes(member) ? true : undefined;

it('shows what is reserved, takes it away when released, measures it, and never logs the password', async () => {
  const url = await startServer();
  const sink = await startMetricsSink();
  stops.push(() => sink.stop());
  const hostId = await world.host();
  const allocator = await world.spawn({
    ...{ VALKEY_URL: url, LOG_LEVEL: 'trace' },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint, OTEL_METRIC_EXPORT_INTERVAL: '200' },
    // What others write is noticed by the next change, too.
    BENCHBUS_VALKEY_CHECK_MS: '600000',
  });
  const key = viewKey({ target: 'local', name: hostId });
  expect(key).toBe(`network:local:${hostId}`);
  const runId = await world.request();
  await world.reserved(runId);
  await members(key, ['127.64.0.0/24']);
  await client?.sadd(key, '127.64.7.0/24');
  await world.release(runId);
  await world.released(runId);
  await members(key, ['127.64.7.0/24']);
  await allocator.line(foreign('127.64.7.0/24'), 'the member of others');
  const blocks = (state: string) => `benchbus.allocator.blocks ${hostId} 127.64.0.0/16 ${state}`;
  await expect
    .poll(() => Object.fromEntries(sink.latest()), { timeout: 20_000 })
    .toMatchObject({
      [blocks('quarantined')]: 1,
      [blocks('total')]: 256,
      [blocks('used')]: 0,
      [blocks('occupied')]: 1,
      [blocks('free')]: 254,
      'benchbus.allocator.waiting local 127.64.0.0/16': 0,
      'benchbus.allocator.tries NetworkReserved appended': 1,
      'benchbus.allocator.time_to_reserve local': 1,
    });
  // Seconds: a run may wait for a moment, or for a day.
  const bounds = sink.bounds('benchbus.allocator.time_to_reserve');
  expect([bounds[0], bounds.at(-1)]).toEqual([0.05, 86_400]);
  expect(allocator.lines.join('\n')).not.toContain(PASSWORD);
});

it('goes on while Valkey is down, is ready all the same, and puts the view right when it is back', async () => {
  const port = await freePort();
  const hostId = await world.host();
  const allocator = await world.spawn({
    VALKEY_URL: `redis://:${PASSWORD}@127.0.0.1:${port}`,
    BENCHBUS_VALKEY_RECONNECT_MS: '100',
  });
  await allocator.line((line) => (line.includes('VALKEY_DOWN') ? true : undefined), 'the outage');
  const gone = await world.request();
  await world.reserved(gone);
  await world.release(gone);
  await world.released(gone);
  const runId = await world.request();
  const { cidr } = (await world.reserved(runId)).data;
  expect((await fetch(`${allocator.healthUrl}/readyz`)).status).toBe(200);
  await startServer(port);
  await members(viewKey({ target: 'local', name: hostId }), [cidr]);
  expect(allocator.lines.join('\n')).not.toContain(PASSWORD);
});

it('writes the view anew when the server was flushed, though nothing else happens', async () => {
  const url = await startServer();
  const hostId = await world.host();
  await world.spawn({ VALKEY_URL: url, BENCHBUS_VALKEY_CHECK_MS: '100' });
  const { cidr } = (await world.reserved(await world.request())).data;
  const key = viewKey({ target: 'local', name: hostId });
  await members(key, [cidr]);
  await client?.flushall();
  await members(key, [cidr]);
});

it('removes what it left behind itself, and never grants what others reserved, before it came or since, until they give it back', async () => {
  const url = await startServer();
  const hostId = await world.host({ targets: [{ name: 'local', pool: { cidr: '127.64.0.0/22', blockPrefix: 24 } }] });
  const place = { target: 'local', name: hostId } as const;
  await client?.sadd(viewKey(place), '127.64.0.0/24', '127.64.3.0/24', 'rubbish');
  await client?.sadd(ownKey(place, 'default'), '127.64.3.0/24');
  const block = async (runId: string) => (await world.reserved(runId)).data.cidr;
  const first = await world.request({ sharing: 'allowed' });
  const allocator = await world.spawn({ VALKEY_URL: url, BENCHBUS_VALKEY_CHECK_MS: '100' });
  await allocator.line(foreign('rubbish'), 'what was there before');
  expect(await block(first)).toBe('127.64.1.0/24');
  await members(viewKey(place), ['127.64.0.0/24', '127.64.1.0/24', 'rubbish']);
  await client?.sadd(viewKey(place), '127.64.2.0/24');
  await allocator.line(foreign('127.64.2.0/24'), 'what came since');
  expect(await block(await world.request({ sharing: 'allowed' }))).toBe('127.64.3.0/24');
  const last = await world.request({ sharing: 'allowed' });
  await client?.srem(viewKey(place), '127.64.2.0/24');
  expect(await block(last)).toBe('127.64.2.0/24');
  await members(viewKey(place), ['127.64.0.0/24', '127.64.1.0/24', '127.64.2.0/24', '127.64.3.0/24', 'rubbish']);
  expect(allocator.lines.filter((line) => line.includes('rubbish'))).toHaveLength(1);
  expect((await world.history()).map(({ name }) => name)).not.toContain('BlocksOccupied');
});

it("reads and writes the predecessor's own sets: under its name of the target, and the operator's of the network", async () => {
  const url = await startServer();
  // As the predecessor writes: Target.String() and its networkName.
  const [docker, cloud] = ['network:TARGET_DOCKER:bench', 'network:TARGET_YANDEX_CLOUD:vpc'];
  await client?.sadd(docker, '10.2.0.0/24');
  // That another installation noted it for its own makes it no less foreign here.
  await client?.sadd('network-own:other:TARGET_DOCKER:bench', '10.2.0.0/24');
  await client?.sadd(cloud, '10.3.0.0/24');
  const pool = { cidr: '10.2.0.0/22', blockPrefix: 24 };
  const targets = [
    { name: 'docker' as const, pool },
    { name: 'yandex' as const, pool: { cidr: '10.3.0.0/22', blockPrefix: 24, scope: 'vpc' } },
  ];
  await world.host({ targets });
  await world.spawn({
    ...{ VALKEY_URL: url, BENCHBUS_VALKEY_CHECK_MS: '100' },
    ...{ BENCHBUS_VALKEY_DOCKER_NETWORK: 'bench', BENCHBUS_VALKEY_YANDEX_NETWORK: 'vpc' },
  });
  const block = async (runId: string) => (await world.reserved(runId)).data.cidr;
  const run = await world.request({ target: 'docker', sharing: 'allowed' });
  expect(await block(run)).toBe('10.2.1.0/24');
  expect(await block(await world.request({ target: 'yandex' }))).toBe('10.3.1.0/24');
  await members(docker, ['10.2.0.0/24', '10.2.1.0/24']);
  await members(cloud, ['10.3.0.0/24', '10.3.1.0/24']);
  // A second host has blocks of its own that are spelled the same: the set has each once, and as long as one of them has it.
  await world.host({ targets: [{ name: 'docker', pool }] });
  const other = await world.request({ target: 'docker' });
  expect(await block(other)).toBe('10.2.1.0/24');
  await world.release(run);
  await world.released(run);
  const more = await world.request({ target: 'docker', sharing: 'allowed' });
  expect(await block(more)).toBe('10.2.2.0/24');
  await members(docker, ['10.2.0.0/24', '10.2.1.0/24', '10.2.2.0/24']);
  await world.release(other);
  await members(docker, ['10.2.0.0/24', '10.2.2.0/24']);
});
