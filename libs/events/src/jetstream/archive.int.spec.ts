import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideAndAppend } from '../bus/decide-and-append.ts';
import type { EventBus } from '../bus/event-bus.ts';
import type { AnyRecorded } from '../bus/recorded-event.ts';
import { subjects } from '../bus/subjects.ts';
import { verifyChain } from '../envelope/verify-chain.ts';
import { collector } from '../testing/contract-harness.ts';
import { startJetStreamHarness, type JetStreamHarness } from '../testing/jetstream-harness.ts';
import { hostLeft } from '../testing/samples.ts';
import { inspectServer } from './inspect-server.ts';
import { makeStreams } from './make-streams.ts';
import type { ArchiveSettings } from './stream-configs.ts';

const ARCHIVE = { replicas: 1, tags: [] };
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

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

/** As a job makes streams, and nothing else. */
const alone = (archive: ArchiveSettings) => {
  const { url: servers } = harness.server;
  return { servers, replicas: 1, livenessTtlMs: 15_000, connectTimeoutMs: 5_000, archive };
};

function errorLog() {
  const errors: object[] = [];
  const none = () => undefined;
  const error = (problem: object) => void errors.push(problem);
  return { errors, logger: { debug: none, info: none, warn: none, error } };
}

const append = (bus: EventBus, host: string, cause: string) =>
  decideAndAppend(bus.log, subjects.host(host), () => hostLeft(host, cause));

/** So many facts of each of twenty hosts; `why` tells them from others. */
async function fill(bus: EventBus, rounds: number, why = 'c'): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    await Promise.all(Array.from({ length: 20 }, (_, host) => append(bus, `h${host}`, `${why}${round}`)));
}

test('an archive that is wanted later has the whole log, as it is, and is read when the log is gone', async () => {
  const early = await harness.open();
  await fill(early, 10);
  await expect(harness.open({ fromArchive: true, ensureStreams: false })).rejects.toEqual(code('ARCHIVE_MISSING'));
  const bus = await harness.open({ log: { archive: ARCHIVE } });
  await fill(bus, 5, 'later');
  const facts = await bus.log.readStored('evt.>');
  expect(facts).toHaveLength(300);

  const { config } = await jsm.streams.info('EVENTS_ARCHIVE');
  // A mirror's answers would be taken for the log's.
  expect(config).toMatchObject({ compression: 's2', deny_delete: true, deny_purge: true, mirror_direct: false });
  await expect(jsm.streams.purge('EVENTS_ARCHIVE')).rejects.toThrow();

  const archive = await harness.open({ fromArchive: true, ensureStreams: false });
  expect(archive.log.incarnation).toBe(bus.log.incarnation);
  const followed = collector<AnyRecorded>();
  const following = await archive.log.follow({ from: 'start', onEvent: async (event) => followed.add(event) });
  await followed.until((events) => events.length === facts.length);
  await following.stop();
  const archived = await archive.log.readStored('evt.>');
  const shown = (all: typeof facts) =>
    all.map(({ subject, sequence, headers, body }) => [
      subject,
      sequence,
      headers['ce-hash'],
      Buffer.from(body).toString(),
    ]);
  expect(shown(archived)).toEqual(shown(facts));
  expect(verifyChain(archived)).toEqual([]);
  expect(await archive.log.read(subjects.host('h3'))).toEqual(await bus.log.read(subjects.host('h3')));
  expect(await archive.log.lastSequence()).toBe(300);
  await expect(append(archive, 'h1', 'more')).rejects.toEqual(code('ARCHIVE_READ_ONLY'));
  const { streams } = await inspectServer({ servers: harness.server.url, name: 'test', connectTimeoutMs: 5_000 });
  expect(streams.find(({ name }) => name === 'EVENTS_ARCHIVE')).toMatchObject({
    messages: 300,
    lastSequence: 300,
    fed: { lag: 0 },
  });

  // The operator's doing; the archive is then of a log that is no more, and takes in nothing of the next.
  await jsm.streams.delete('EVENTS');
  const next = { log: { archive: ARCHIVE } };
  const { logger, errors } = errorLog();
  const other = await harness.open({ ...next, logger });
  expect(errors).toEqual([code('ARCHIVE_OF_ANOTHER_LOG')]);
  await expect(makeStreams(alone(ARCHIVE))).rejects.toEqual(code('ARCHIVE_OF_ANOTHER_LOG'));
  await fill(other, 16);
  expect((await jsm.streams.info('EVENTS_ARCHIVE')).config.sources ?? []).toEqual([]);
  const last = await harness.open({ fromArchive: true, ensureStreams: false });
  expect(last.log.incarnation).toBe(bus.log.incarnation);
  expect(shown(await last.log.readStored('evt.>'))).toEqual(shown(facts));
});

test('where no servers can hold it as it is wanted there is no archive, and the log is there all the same', async () => {
  const log = { archive: { replicas: 3, tags: ['disk:slow'] } };
  const { logger, errors } = errorLog();
  await fill(await harness.open({ log, logger }), 1);
  expect(errors).toEqual([code('ARCHIVE_REFUSED')]);
  await expect(makeStreams(alone(log.archive))).rejects.toEqual(code('ARCHIVE_REFUSED'));
});

test('a full log forgets nothing and gives nothing up: all goes on when there is room', async () => {
  const bus = await harness.open({ log: { maxBytes: 40_000, compressed: true } });
  expect((await jsm.streams.info('EVENTS')).config).toMatchObject({
    max_bytes: 40_000,
    compression: 's2',
    discard: 'new',
  });
  let stored = 0;
  const full = (async () => {
    for (;;) {
      await append(bus, 'filler', `c${stored}`);
      stored += 1;
    }
  })();
  await expect(full).rejects.toEqual(code('LOG_FULL'));
  expect(await bus.log.read(subjects.host('filler'))).toHaveLength(stored);
  const [stream, account] = await bus.storage();
  expect(stream).toMatchObject({ of: 'stream', limitBytes: 40_000 });
  expect(stream?.bytes).toBeGreaterThan(39_000);
  expect(account).toMatchObject({ of: 'account' });
  expect(account).not.toHaveProperty('limitBytes');

  // A service goes on trying, long after it would have given the message up for another reason.
  const tries = collector<number>();
  const done = Promise.withResolvers<void>();
  const consuming = await bus.consumeRequests({
    name: 'requests',
    subjects: ['request.>'],
    retryDelaysMs: [1],
    handle: async (_, { attempt }) => {
      tries.add(attempt);
      await append(bus, 'asked', 'request');
      done.resolve();
    },
  });
  await bus.request('SuiteCancelRequested', 'one', { reason: 'enough' });
  await tries.until((attempts) => attempts.length >= 4);
  const { config } = await jsm.streams.info('EVENTS');
  await jsm.streams.update('EVENTS', { ...config, max_bytes: 80_000 });
  await done.promise;
  await consuming.stop();
  expect(await bus.deadLetters.list()).toEqual([]);
  expect(await bus.log.read(subjects.host('asked'))).toHaveLength(1);
});
