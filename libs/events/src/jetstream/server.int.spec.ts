import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostLeft } from '../testing/samples.ts';
import { startJetStreamHarness, type JetStreamHarness } from '../testing/jetstream-harness.ts';
import { startNatsServer } from '../testing/nats-server.ts';
import { connectBus } from './connect-bus.ts';

describe('the streams', () => {
  let harness: JetStreamHarness;
  let nc: NatsConnection;
  beforeAll(async () => {
    harness = await startJetStreamHarness({ livenessTtlMs: 1000 });
    nc = await connect({ servers: harness.server.url });
  });
  afterAll(async () => {
    await nc.close();
    await harness.close();
  });

  test('are missed where they may not be made', async () => {
    const empty = await startNatsServer();
    const options = { servers: empty.url, name: 'x', source: '/x', ensureStreams: false };
    await expect(connectBus(options)).rejects.toMatchObject({ code: 'STREAMS_MISSING' });
    await empty.stop();
  });

  test('processes that make them at once agree on the incarnation', async () => {
    const buses = await Promise.all(Array.from({ length: 6 }, () => harness.open()));
    expect(new Set(buses.map((bus) => bus.log.incarnation)).size).toBe(1);
    expect(buses[0]?.maxPayload).toBe(8 * 1024 * 1024);
    const later = await harness.open();
    expect(later.log.incarnation).toBe(buses[0]?.log.incarnation);
  });

  test('facts can be neither deleted nor purged', async () => {
    const bus = await harness.open();
    const { event } = await bus.log.append(hostLeft(randomUUID(), 'c'), 0);
    const jsm = await jetstreamManager(nc);
    await expect(jsm.streams.deleteMessage('EVENTS', event.sequence)).rejects.toThrow();
    await expect(jsm.streams.purge('EVENTS')).rejects.toThrow();
    const { config } = await jsm.streams.info('EVENTS');
    expect(config).toMatchObject({
      retention: 'limits',
      discard: 'new',
      max_age: 0,
      storage: 'file',
      allow_direct: true,
    });
    expect(config.duplicate_window).toBe(120e9);
  });

  test('an aggregate longer than one batch is read whole, in order', async () => {
    const bus = await harness.open();
    const host = randomUUID();
    const first = await bus.log.append(hostLeft(host, 'c0'), 0);
    const [stored] = await bus.log.readStored(first.event.subject);
    const headers = Object.fromEntries(
      Object.entries(stored?.headers ?? {}).filter(([name]) => name.startsWith('ce-')),
    );
    const more = 2500;
    for (let index = 0; index < more; index += 250)
      await Promise.all(
        Array.from({ length: 250 }, () => harness.publishRaw(first.event.subject, headers, '{"reason":"x"}')),
      );
    const events = await bus.log.read(first.event.subject);
    expect(events).toHaveLength(more + 1);
    const sequences = events.map((event) => event.sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });

  test('a holder that dies without a word is lost after the TTL', async () => {
    const bus = await harness.open();
    const key = `edge.${randomUUID()}.pg`;
    const kv = await new Kvm(jetstream(nc)).open('liveness');
    await kv.put(key, JSON.stringify({ instance: 'dead soon' }));
    expect(await bus.liveness.holder(key)).toEqual({ instance: 'dead soon' });
    await bus.liveness.lost(key, 50, AbortSignal.timeout(20_000));
    expect(await bus.liveness.holder(key)).toBeUndefined();
  });

  test('a held key outlives its TTL', async () => {
    const [holder, watcher] = await Promise.all([harness.open(), harness.open()]);
    const key = `edge.${randomUUID()}.pg`;
    await holder.liveness.hold(key, { instance: 'i' });
    const early = watcher.liveness.lost(key, 500, AbortSignal.timeout(3500));
    await expect(early).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await watcher.liveness.holder(key)).toEqual({ instance: 'i' });
  });
});

describe('connecting', () => {
  /** Speaks just enough of the protocol to be taken for a server of some version. */
  const fakeServer = async (version: string) => {
    const server = createServer((socket) => {
      const info = { server_id: 'x', version, proto: 1, headers: true, max_payload: 1048576, jetstream: true };
      socket.write(`INFO ${JSON.stringify(info)}\r\n`);
      socket.on('data', (data) => {
        if (data.includes('PING')) socket.write('PONG\r\n');
      });
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };

  test('an old server is refused by name', async () => {
    const { server, url } = await fakeServer('2.9.10');
    await expect(connectBus({ servers: url, name: 'x', source: '/x' })).rejects.toMatchObject({
      code: 'NATS_TOO_OLD',
      where: url,
    });
    server.close();
  });

  test('nobody there: the address is named, the password is not', async () => {
    const { server, url } = await fakeServer('0');
    server.close();
    await once(server, 'close');
    const servers = url.replace('nats://', 'nats://user:hunter2@');
    const failing = connectBus({ servers, name: 'x', source: '/x', connectTimeoutMs: 600 });
    const error: unknown = await failing.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'NATS_UNREACHABLE', where: url });
    expect(String(error)).not.toContain('hunter2');
  });
});
