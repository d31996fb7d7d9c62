import type { Draft, EventBus } from '@benchbus/events';
import { connectBus } from '@benchbus/events';
import type { TestNatsServer } from '@benchbus/events/testing';
import { startNatsServer } from '@benchbus/events/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BOARD_VERSION } from '../domain/board/snapshot.ts';
import { boardLog } from '../testing/board-log.ts';
import { runOn } from '../testing/run-on.ts';

let nats: TestNatsServer;
let bus: EventBus;
beforeAll(async () => {
  nats = await startNatsServer();
  const log = { archive: { replicas: 1, tags: [] } };
  bus = await connectBus({ servers: nats.url, name: 'test', source: 'test', log });
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

const cli = (...args: string[]) => runOn(nats, ...args);
const json = async (...args: string[]) => JSON.parse((await cli(...args, '--json')).out) as Record<string, unknown>;

let last: number;
beforeAll(async () => {
  const log = boardLog();
  log.host('h1');
  log.suite('s1');
  log.stage('s1-1-1', 'network');
  log.ask('s1-1-1');
  log.grant('s1-1-1', 'h1');
  for (const { name, subject, data, id } of log.events) {
    const draft = { name, subject, data, cause: id, correlation: 's1' } as Draft;
    await bus.log.append(draft, (await bus.log.read(subject)).at(-1)?.sequence ?? 0);
  }
  last = log.events.length;
  const reading = { servers: nats.url, name: 'archive', source: 'test', ensureStreams: false, fromArchive: true };
  const archive = await connectBus(reading);
  // The server feeds it a moment later.
  await vi.waitFor(async () => expect(await archive.log.lastSequence()).toBe(last));
  await archive.close();
});

test('a suite is replayed as it is and as it was; projections are rebuilt, kept, and used', async () => {
  expect(await json('replay', '--suite', 's1')).toMatchObject({
    ok: true,
    sequence: last,
    suite: { suiteId: 's1', state: 'running', runs: [{ runId: 's1-1-1', phase: 'network', holds: { hostId: 'h1' } }] },
  });
  expect(await json('replay', '--run', 's1-1-1', '--as-of', '3')).toMatchObject({
    sequence: 3,
    suite: { runs: [{ phase: 'queued' }] },
  });
  expect((await cli('replay', '--suite', 's1')).out).toContain(`after #${last}`);

  expect(await bus.snapshots.load('board', BOARD_VERSION)).toBeUndefined();
  const archived = await json('replay', '--rebuild', '--archive');
  expect(archived).toMatchObject({ ok: true, sequence: last, runs: 1, kept: false });
  expect((await cli('replay', '--rebuild', '--archive')).out).not.toContain('kept');
  expect(await bus.snapshots.load('board', BOARD_VERSION)).toBeUndefined();
  expect(await json('replay', '--rebuild')).toMatchObject({ ok: true, sequence: last, suites: 1, runs: 1, kept: true });
  expect(await bus.snapshots.load('board', BOARD_VERSION)).toMatchObject({ sequence: last });
  const before = await json('list');
  expect(before).toMatchObject({ suites: [{ suiteId: 's1', state: 'running' }] });

  // What comes after the snapshot is seen, too.
  const subject = 'evt.suite.s1';
  const version = (await bus.log.read(subject)).at(-1)?.sequence ?? 0;
  const draft = { name: 'SuiteCancelling', subject, data: { reason: 'x' }, cause: 'c', correlation: 's1' } as const;
  await bus.log.append(draft, version);
  expect(await json('list')).toMatchObject({ suites: [{ suiteId: 's1', state: 'cancelling' }] });
});

test.each([
  [['replay'], 'needs one of --suite, --run and --rebuild [ARGUMENT_INVALID]'],
  [['replay', '--suite', 's1', '--as-of', 'noon'], '"noon" is neither a sequence nor a time [ARGUMENT_INVALID]'],
  [['replay', '--suite', 's1', '--as-of', '1'], 's1 was not there yet [ARGUMENT_INVALID]'],
  [['replay', '--run', 'nothing'], 'the log knows no suite nothing [SUITE_UNKNOWN]'],
])('%j is refused, with the reason', async (args, reason) => {
  const { exitCode, err } = await cli(...args);
  expect(err).toContain(reason);
  expect(exitCode).toBe(2);
});
