import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjects, type EventName } from '@benchbus/events';
import { createMemoryBus, parked, poison, type MemoryBus } from '@benchbus/events/testing';
import { exampleRunSettings, exampleTest } from '@benchbus/suites/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderBackend } from './adapters/folder/folder-backend.ts';
import { FolderStorage } from './adapters/folder/folder-storage.ts';
import { RetentionTimer } from './adapters/retention-timer.ts';
import { ArtifactStore } from './artifact-store.ts';
import { retain } from './domain/retention.ts';
import { uploadOf } from './testing/store-world.ts';

const logger = pino({ level: 'silent' });
let bus: MemoryBus;
let folder: string;
let storage: FolderStorage;
let store: ArtifactStore;
let timers: RetentionTimer[] = [];
beforeEach(async () => {
  bus = createMemoryBus({ name: 'artifact-store' });
  folder = mkdtempSync(join(tmpdir(), 'benchbus-parked-'));
  storage = new FolderStorage(folder);
  await storage.prepare();
  const key = Buffer.from('a key of some length');
  const backend = new FolderBackend({ storage, key, urlSeconds: 60, base: () => 'http://store' });
  store = new ArtifactStore({ log: bus.log, backend, logger, maxBytes: 1_000, maxMismatches: 3 });
  const settings = exampleRunSettings({ artifacts: { retentionMs: 1 } });
  const data = { suiteId: 'suite', index: 0, repeat: 1, test: exampleTest(), settings };
  await bus.log.append({ name: 'RunQueued', subject: subjects.run('run'), data, cause: 'c', correlation: 'suite' }, 0);
});
afterEach(async () => {
  for (const timer of timers) await timer.stop();
  timers = [];
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});

async function retention(take = retain): Promise<void> {
  const timer = new RetentionTimer({
    log: bus.log,
    expire: ({ artifactId, key }) => store.expire(artifactId, key),
    settleParked: (letter) => store.settleParked(letter),
    logger,
    retryMs: 1_000,
    retain: take,
  });
  timers.push(timer);
  await timer.start();
}

/** An artifact that is stored, and whose time is over at once. */
async function stored(): Promise<string> {
  const upload = uploadOf('run', 'content');
  const content = async function* () {
    yield Buffer.from('content');
  };
  await store.take(upload, (key) => storage.put(key, content(), upload.claim));
  return subjects.artifact(upload.claim.artifactId);
}

async function on(subject: string, name: EventName) {
  const probe = async () => (await bus.log.read(subject)).find((event) => event.name === name);
  await bus.log.waitFor([subject], probe, { what: `${name} on ${subject}`, timeoutMs: 30_000 });
  return bus.log.read(subject);
}

it.each([
  ['for what can be read of it', { runId: 'run', node: 'load', name: 'x.log', bytes: 'rubbish' }, 1],
  ['of a run that nobody knows: for nothing', { runId: 'other', node: 'load', name: 'x.log' }, 0],
  ['that says nothing: for nothing', {}, 0],
])('a fact that no schema fits is parked, and its artifact rejected once, %s', async (_what, data, rejections) => {
  const subject = subjects.artifact(randomUUID());
  poison(bus, 'ArtifactStored', subject, data);
  await retention();
  const good = await stored();
  await on(good, 'ArtifactExpired');
  const [letter] = await parked(bus, 1);
  expect(letter).toMatchObject({
    service: 'artifact-store',
    consumer: 'artifact-store-retention',
    subject,
    code: 'EVENT_DATA_INVALID',
    attempts: 1,
    stack: expect.stringContaining('decode.ts') as string,
  });
  // Every replica and every start meets it again.
  await retention();
  const hint = expect.stringContaining(`benchbus dead-letters show ${letter?.id}`) as string;
  const problem = { code: 'EVENT_DATA_INVALID', hint };
  const rejected = { name: 'ArtifactRejected', data: { runId: 'run', node: 'load', name: 'x.log', problem } };
  expect(await bus.log.read(subject)).toMatchObject(Array.from({ length: rejections }, () => rejected));
});

it('a fact that the timer throws for each time is parked; what is stored stays so, and the next one expires', async () => {
  const bad = await stored();
  await retention((kept, event) => {
    if (event.subject === bad) throw new Error('cannot take it in');
    return retain(kept, event);
  });
  await on(await stored(), 'ArtifactExpired');
  expect(await parked(bus, 1)).toMatchObject([{ subject: bad, code: 'INTERNAL', attempts: 6 }]);
  expect((await bus.log.read(bad)).map(({ name }) => name)).toEqual(['ArtifactStored']);
});
