import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpointFolder, nextCheckpoint } from '@benchbus/audit';
import { decideAndAppend, subjects } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { examineCheckpoints } from './checkpoint-check.ts';

const { privateKey: key } = generateKeyPairSync('ed25519');
const MINUTE = 60_000;
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'benchbus-doctor-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('the newest checkpoint covers the log, or is old by what it does not cover, or is not at hand', async () => {
  const bus = createMemoryBus();
  const place = checkpointFolder(folder);
  let count = 0;
  const look = (inMs: number) => examineCheckpoints(bus.log, { place, folder }, Date.now() + inMs);
  const leave = async () => {
    const subject = subjects.host('h1');
    const draft = {
      name: 'HostLeft',
      subject,
      data: { reason: 'x' },
      cause: `c${(count += 1)}`,
      correlation: 'h1',
    } as const;
    await decideAndAppend(bus.log, subject, () => draft);
  };
  await leave();
  expect(await look(60 * MINUTE)).toEqual([]);
  const messages = await bus.log.readStored('evt.>');
  const { incarnation } = bus.log;
  await place.create(
    nextCheckpoint({ incarnation, previous: undefined, messages, key, time: new Date().toISOString() }),
  );
  // A log in which nothing happens needs no newer one.
  expect(await look(24 * 60 * MINUTE)).toMatchObject([{ status: 'ok', found: 'number 1 covers the log' }]);
  await leave();
  expect(await look(14 * MINUTE)).toMatchObject([{ status: 'ok' }]);
  expect(await look(16 * MINUTE)).toMatchObject([{ status: 'warn', code: 'CHECKPOINT_OLD' }]);
  writeFileSync(join(folder, incarnation, '00000002.json'), 'cut');
  expect(await look(0)).toMatchObject([
    { status: 'warn', found: expect.stringContaining('could not be looked at') as string },
  ]);
  await bus.close();
});
