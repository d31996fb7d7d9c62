import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOn } from '../testing/run-on.ts';

let from: TestNatsServer;
let to: TestNatsServer;
let dir: string;
beforeAll(async () => {
  [from, to] = await Promise.all([startNatsServer(), startNatsServer()]);
  dir = await mkdtemp(join(tmpdir(), 'benchbus-cli-backup-'));
});
afterAll(async () => {
  await Promise.all([from.stop(), to.stop()]);
  await rm(dir, { recursive: true, force: true });
});

test('a log is copied from one server to another, where it has a new name; a second time is refused', async () => {
  const bus = await connectBus({ servers: from.url, name: 'test', source: 'test' });
  await bus.request('SuiteCancelRequested', 'one', { reason: 'enough' });
  const copied = await runOn(from, 'backup', '--out', dir);
  expect(copied).toMatchObject({ exitCode: 0, err: expect.stringContaining('copying EVENTS') as string });
  expect(copied.out).toContain(`holds the log ${bus.log.incarnation}`);
  await bus.close();
  expect(await runOn(from, 'backup', '--out', dir)).toMatchObject({
    exitCode: 2,
    err: expect.stringMatching(/BACKUP_EXISTS/) as string,
  });
  expect(await runOn(from, 'backup')).toMatchObject({
    exitCode: 2,
    err: expect.stringMatching(/ARGUMENT_MISSING/) as string,
  });

  const restored = JSON.parse((await runOn(to, 'restore', '--from', dir, '--json')).out) as { newIncarnation: string };
  // Before anything else has been made there.
  const audited = await runOn(to, 'audit', '--canary', 'planted-canary');
  expect(audited, audited.err).toMatchObject({ exitCode: 0 });
  const other = await connectBus({ servers: to.url, name: 'test', source: 'test' });
  expect(other.log.incarnation).toBe(restored.newIncarnation);
  expect(await other.requestsOf('one')).toHaveLength(1);
  await other.close();
  expect(await runOn(to, 'restore', '--from', dir)).toMatchObject({
    exitCode: 2,
    err: expect.stringMatching(/LOG_EXISTS/) as string,
  });
});
