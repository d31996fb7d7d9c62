import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeadLetter } from '../../bus/consume.ts';
import { decideAndAppend } from '../../bus/decide-and-append.ts';
import type { EventBus } from '../../bus/event-bus.ts';
import type { AnyRecorded } from '../../bus/recorded-event.ts';
import { subjects } from '../../bus/subjects.ts';
import type { StoredMessage } from '../../envelope/stored-message.ts';
import { verifyChain } from '../../envelope/verify-chain.ts';
import { collector } from '../../testing/contract-harness.ts';
import { startJetStreamHarness, type JetStreamHarness } from '../../testing/jetstream-harness.ts';
import { hostLeft } from '../../testing/samples.ts';
import { backupLog } from './backup-log.ts';
import { restoreLog } from './restore-log.ts';

const HOSTS = Array.from({ length: 20 }, (_, index) => `host-${index}`);

let harness: JetStreamHarness;
let bus: EventBus;
let dir: string;
beforeEach(async () => {
  harness = await startJetStreamHarness();
  bus = await harness.open();
  dir = await mkdtemp(join(tmpdir(), 'benchbus-backup-'));
});
afterEach(async () => {
  await harness.close();
  await rm(dir, { recursive: true, force: true });
});

const append = (on: EventBus, cause: string) =>
  Promise.all(HOSTS.map((host) => decideAndAppend(on.log, subjects.host(host), () => hostLeft(host, cause))));

async function wipe(): Promise<void> {
  await harness.server.kill();
  await rm(harness.server.storeDir, { recursive: true });
  await harness.server.restart();
}

test('backed up while it is in use, restored as another log: whole, verified, and it goes on', async () => {
  const parked = collector<DeadLetter>();
  const consuming = await bus.consumeRequests({
    name: 'requests',
    subjects: ['request.>'],
    retryDelaysMs: [],
    handle: () => Promise.reject(new Error('it is broken')),
    onParked: async (letter) => parked.add(letter),
  });
  await bus.request('SuiteCancelRequested', 'one', { reason: 'enough' });
  await parked.until((letters) => letters.length === 1);
  await consuming.stop();
  for (let index = 0; index < 10; index += 1) await append(bus, `c${index}`);
  const before = await bus.log.readStored('evt.>');
  const seen: string[] = [];
  const writing = append(bus, 'meanwhile');
  const backup = await backupLog({ servers: harness.server.url, dir, onProgress: (name) => seen.push(name) });
  await writing;
  expect(backup).toMatchObject({ version: 1, incarnation: bus.log.incarnation });
  expect(backup.streams.map(({ name }) => name)).toEqual(['EVENTS', 'REQUESTS', 'DEADLETTERS']);
  expect(new Set(seen)).toEqual(new Set(['EVENTS', 'REQUESTS', 'DEADLETTERS']));
  // Lost with the server: nothing after the back-up is in it.
  await append(bus, 'late');

  await wipe();
  const restored = await restoreLog({ servers: harness.server.url, dir });
  expect(restored.newIncarnation).not.toBe(backup.incarnation);
  const other = await harness.open();
  expect(other.log.incarnation).toBe(restored.newIncarnation);
  const after = await other.log.readStored('evt.>');
  // Of the headers, the server's own say how the message was read.
  const facts = (all: readonly StoredMessage[]) =>
    all.map(({ subject, sequence, headers, body }) => [
      subject,
      sequence,
      headers['ce-hash'],
      Buffer.from(body).toString(),
    ]);
  expect(facts(after).slice(0, before.length)).toEqual(facts(before));
  expect(after).toHaveLength(backup.streams[0]?.messages ?? 0);
  expect(verifyChain(after)).toEqual([]);

  // The chains go on, and say on which log.
  const went = await append(other, 'on');
  expect(went.every((event) => event?.incarnation === restored.newIncarnation)).toBe(true);
  expect(verifyChain(await other.log.readStored('evt.>'))).toEqual([]);
  // Who decided on the old one is stopped.
  const replaced = expect.objectContaining({ code: 'LOG_REPLACED' }) as Error;
  await vi.waitFor(() => expect(append(bus, 'stale')).rejects.toEqual(replaced));

  // Consumers begin anew; requests and dead letters are there.
  const events = collector<AnyRecorded>();
  await other.consumeEvents({ name: `c-${randomUUID()}`, subjects: ['evt.>'], handle: async (one) => events.add(one) });
  await events.until((items) => items.length === after.length + HOSTS.length);
  expect(await other.requestsOf('one')).toMatchObject([{ request: { data: { reason: 'enough' } } }]);
  expect(await other.deadLetters.list()).toMatchObject([{ state: 'parked', consumer: 'requests', suiteId: 'one' }]);
});

test('a damaged back-up, one that is none, and a server that has a log are refused before anything is changed', async () => {
  const servers = harness.server.url;
  await append(bus, 'c');
  await backupLog({ servers, dir });
  const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;
  await expect(backupLog({ servers, dir })).rejects.toEqual(code('BACKUP_EXISTS'));
  await expect(restoreLog({ servers, dir })).rejects.toEqual(code('LOG_EXISTS'));
  expect(await bus.log.readStored('evt.>')).toHaveLength(HOSTS.length);
  await wipe();
  const file = join(dir, 'DEADLETTERS', 'stream.tar.s2');
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(file, bytes);
  await expect(restoreLog({ servers, dir })).rejects.toEqual(code('BACKUP_DAMAGED'));
  await expect(restoreLog({ servers, dir: join(dir, 'EVENTS') })).rejects.toEqual(code('BACKUP_MISSING'));
  const empty = await harness.open();
  expect(await empty.log.readStored('evt.>')).toEqual([]);
});
