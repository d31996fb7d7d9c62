import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decideAndAppend } from '../bus/decide-and-append.ts';
import type { AnyRecorded } from '../bus/recorded-event.ts';
import { subjects } from '../bus/subjects.ts';
import { verifyChain } from '../envelope/verify-chain.ts';
import { collector } from '../testing/contract-harness.ts';
import { startJetStreamHarness, type JetStreamHarness } from '../testing/jetstream-harness.ts';
import { hostLeft } from '../testing/samples.ts';

let harness: JetStreamHarness;
beforeAll(async () => {
  harness = await startJetStreamHarness({ livenessTtlMs: 2000 });
});
afterAll(() => harness.close());

test('killed twice amid appends: every decision stands once, followers see all once, waiters wake, consumers miss nothing', async () => {
  const [writer, reader] = await Promise.all([harness.open(), harness.open()]);
  const hosts = Array.from({ length: 4 }, () => randomUUID());
  const each = 60;
  const total = hosts.length * each;
  const followed = collector<AnyRecorded>();
  const handled = collector<string>();
  const filters = hosts.map((host) => subjects.host(host));
  await reader.log.follow({ subjects: filters, from: 'start', onEvent: followed.add });
  await reader.consumeEvents({
    name: `c-${randomUUID()}`,
    subjects: filters,
    ackWaitMs: 1000,
    handle: async (event) => handled.add(event.id),
  });
  const lastOf = (host: string) => async () =>
    (await reader.log.read(subjects.host(host))).length === each ? host : undefined;
  const waits = hosts.map((host) =>
    reader.log.waitFor([subjects.host(host)], lastOf(host), { what: host, timeoutMs: 50_000 }),
  );

  const write = async (host: string) => {
    for (let index = 0; index < each; index += 1) {
      const cause = `c${index}`;
      await decideAndAppend(writer.log, subjects.host(host), (history) =>
        history.some((event) => event.cause === cause) ? undefined : hostLeft(host, cause),
      );
    }
  };
  const writing = Promise.all(hosts.map(write));
  for (const share of [0.2, 0.6]) {
    await followed.until((events) => events.length >= total * share);
    await harness.server.kill();
    await harness.server.restart();
  }
  await writing;
  await followed.until((events) => events.length >= total);
  await handled.until((ids) => new Set(ids).size >= total);
  expect(await Promise.all(waits)).toEqual(hosts);

  const logged = (await Promise.all(filters.map((filter) => reader.log.readStored(filter)))).flat();
  expect(logged).toHaveLength(total);
  expect(verifyChain(logged)).toEqual([]);
  const sequences = logged.map((stored) => stored.sequence).sort((a, b) => a - b);
  expect(followed.items.map((event) => event.sequence)).toEqual(sequences);
  expect(new Set(handled.items)).toEqual(new Set(followed.items.map((event) => event.id)));
});

test('appends, reads, requests and parking sit out a server that is away', async () => {
  const bus = await harness.open();
  const host = randomUUID();
  await bus.log.append(hostLeft(host, 'c1'), 0);
  await harness.server.kill();
  const reading = bus.log.read(subjects.host(host));
  const deciding = decideAndAppend(bus.log, subjects.host(host), () => hostLeft(host, 'c2'));
  const requesting = bus.request('SuiteReleaseRequested', randomUUID(), {});
  bus.telemetry.progress({ runId: 'r', node: 'n', time: '', activity: 'nobody hears this' });
  await harness.server.restart();
  expect(await reading).toHaveLength(1);
  expect(await deciding).toMatchObject({ cause: 'c2', counter: 2 });
  expect((await requesting).id).not.toBe('');
  expect(bus.connected()).toBe(true);
});

test('an answer that was lost is no conflict: the event stands once and the append succeeds', async () => {
  const bus = await harness.open();
  const hosts = Array.from({ length: 30 }, () => randomUUID());
  const appends = hosts.map((host) => bus.log.append(hostLeft(host, 'c'), 0));
  // Killed while they are on their way: some are stored and unanswered, some not stored.
  await harness.server.kill();
  await harness.server.restart();
  const results = await Promise.all(appends);
  expect(results.map((result) => result.outcome)).toEqual(hosts.map(() => 'appended'));
  for (const host of hosts) expect(await bus.log.read(subjects.host(host))).toHaveLength(1);
});

test('a server that was away says nothing about who is alive', async () => {
  const [holder, watcher] = await Promise.all([harness.open(), harness.open()]);
  const key = `host.${randomUUID()}`;
  await holder.liveness.hold(key, { instance: 'i' });
  const aborter = new AbortController();
  const lost = watcher.liveness.lost(key, 1500, aborter.signal);
  let ended = false;
  lost.then(
    () => (ended = true),
    () => undefined,
  );
  await harness.server.kill();
  await harness.server.restart();
  // The holder's next signs of life, over more than the time after which it would count as lost.
  const other = `host.${randomUUID()}`;
  await watcher.liveness.lost(other, 3000, AbortSignal.timeout(30_000));
  expect(ended).toBe(false);
  expect(await watcher.liveness.holder(key)).toEqual({ instance: 'i' });
  aborter.abort(new Error('enough'));
  await expect(lost).rejects.toThrow('enough');
});

test('gives up with NATS_UNREACHABLE when its patience is over; a wait goes on', async () => {
  const bus = await harness.open({ patienceMs: 300 });
  const host = randomUUID();
  const probe = async () => ((await bus.log.read(subjects.host(host))).length > 0 ? 'there' : undefined);
  const waiting = bus.log.waitFor([subjects.host(host)], probe, { what: 'it', timeoutMs: 30_000 });
  await harness.server.kill();
  await expect(bus.log.read(subjects.host(host))).rejects.toMatchObject({ code: 'NATS_UNREACHABLE' });
  await expect(bus.log.append(hostLeft(host, 'c'), 0)).rejects.toMatchObject({ code: 'NATS_UNREACHABLE' });
  expect(bus.connected()).toBe(false);
  await harness.server.restart();
  const other = await harness.open();
  await other.log.append(hostLeft(host, 'c'), 0);
  expect(await waiting).toBe('there');
});

test('closes promptly while the server is away', async () => {
  const own = await startJetStreamHarness();
  const bus = await own.open();
  const host = randomUUID();
  await bus.liveness.hold(`host.${host}`, {});
  await bus.log.follow({ from: 'now', onEvent: () => undefined });
  await bus.consumeEvents({ name: `c-${host}`, subjects: [subjects.host(host)], handle: async () => undefined });
  const waiting = bus.log.waitFor([subjects.host(host)], async () => undefined, { what: 'it' });
  const outcome = expect(waiting).rejects.toMatchObject({ code: 'BUS_CLOSED' });
  await own.server.kill();
  const late = AbortSignal.timeout(20_000);
  await Promise.race([bus.close(), once(late, 'abort')]);
  expect(late.aborted).toBe(false);
  await outcome;
  await own.close();
});

test('another log behind the same address is noticed: nothing is decided on it', async () => {
  const own = await startJetStreamHarness();
  const bus = await own.open();
  const host = randomUUID();
  const { event } = await bus.log.append(hostLeft(host, 'c1'), 0);
  await own.server.kill();
  await rm(own.server.storeDir, { recursive: true });
  await own.server.restart();
  const other = await own.open();
  expect(other.log.incarnation).not.toBe(bus.log.incarnation);
  const replaced = expect.objectContaining({ code: 'LOG_REPLACED' }) as Error;
  await vi.waitFor(() => expect(bus.log.append(hostLeft(host, 'c2'), event.sequence)).rejects.toEqual(replaced));
  expect(bus.connected()).toBe(false);
  expect(await other.log.read(subjects.host(host))).toEqual([]);
  await own.close();
});
