import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { Database } from '../store/database.ts';
import { tempDir } from '../testing/temp-dir.ts';
import { Alarm } from './alarm.ts';
import { Core } from './core.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { reportAttempt } from './reports.ts';
import { closeSession, markSent, openSession } from './sessions.ts';
import { triggerRun } from './triggering.ts';
import { registerWorker } from './workers.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

function directory(): string {
  const { path, remove } = tempDir();
  cleanups.push(remove);
  return path;
}

function open(path: string, limits: Partial<Limits> = {}): { core: Core; alarm: Alarm } {
  const core = new Core(new Database(path), 'tenant', { ...DEFAULT_LIMITS, ...limits }, pino({ level: 'silent' }));
  return { core, alarm: new Alarm(core) };
}

function registered({ core }: { core: Core }): string {
  const workflow = { name: 't', description: '', defaultPriority: 1, task };
  core.transact('full', (tx) => core.workflows.put(workflow, tx.now));
  return registerWorker(core, { name: 'w', actions: ['t:t'], slots: { default: 2 }, labels: {}, runtime: {} }).id;
}

const task = {
  name: 't',
  action: 't:t',
  timeoutMs: 60_000,
  timeoutText: '60s',
  scheduleTimeoutMs: 60_000,
  retry: { retries: 0 },
  labels: [],
  slots: { default: 1 },
  concurrency: [],
};
const trigger = {
  name: 't',
  inputJson: '{}',
  metadataJson: null,
  priority: undefined,
  labels: [],
  parentRunId: undefined,
  parentTaskId: undefined,
  childIndex: undefined,
  childKey: undefined,
};

test('an attempt assigned but never sent is queued again after a crash and after a lost stream; a sent one stays', () => {
  const path = directory();
  const first = open(path);
  const workerId = registered(first);
  const session = openSession(first.core, workerId);
  const start = (): string => first.core.transact('full', (tx) => triggerRun(first.core, tx, trigger));
  const sent = start();
  for (const item of session.queue.drain()) markSent(first.core, item);
  const unsent = start();
  expect(first.core.runs.get(unsent)).toMatchObject({ phase: 'assigned', sent: 0, retryCount: 0 });

  // The crash: everything in memory is gone. Only the file's lock has to go with it, as the kernel would do.
  first.alarm.stop();
  first.core.db.close();
  const second = open(path);
  second.alarm.start();
  expect(second.core.runs.get(unsent)).toMatchObject({ phase: 'ready', retryCount: 1, internalRetries: 1 });
  expect(second.core.runs.get(sent)).toMatchObject({ phase: 'assigned', workerId, retryCount: 0 });

  const again = openSession(second.core, workerId);
  expect(again.queue.drain().map((item) => [item.runId, item.retryCount])).toEqual([[unsent, 1]]);
  closeSession(second.core, again);
  expect(second.core.runs.get(unsent)).toMatchObject({ phase: 'ready', retryCount: 2 });
  expect(second.core.runs.get(sent)).toMatchObject({ phase: 'assigned', retryCount: 0 });
  second.alarm.stop();
  second.core.db.close();
});

test('an attempt written to a stream that broke, whose STARTED never comes, is aborted and queued again', async () => {
  const { core, alarm } = open(directory(), { startConfirmMs: 20 });
  cleanups.push(() => {
    alarm.stop();
    core.db.close();
  });
  const workerId = registered({ core });
  const session = openSession(core, workerId);
  const start = (): string => core.transact('full', (tx) => triggerRun(core, tx, trigger));
  const [lost, arrived] = [start(), start()];
  for (const item of session.queue.drain()) markSent(core, item);
  const started = { type: 'STARTED', runId: arrived, retryCount: 0, payload: '', nonRetryable: false } as const;
  reportAttempt(core, started);
  closeSession(core, session);

  const again = openSession(core, workerId);
  await vi.waitFor(() => expect(core.runs.get(lost)?.retryCount).toBe(1));
  const items = again.queue.drain().map((item) => [item.kind, item.runId, item.retryCount]);
  expect(items).toEqual([
    ['cancel', lost, 0],
    ['start', lost, 1],
  ]);
  expect(core.runs.get(arrived)).toMatchObject({ phase: 'assigned', retryCount: 0, status: 'RUNNING' });
});
