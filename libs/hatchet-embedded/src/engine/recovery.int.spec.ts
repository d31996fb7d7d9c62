import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { Database } from '../store/database.ts';
import { tempDir } from '../testing/temp-dir.ts';
import { Alarm } from './alarm.ts';
import { Core } from './core.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { closeSession, markSent, openSession } from './sessions.ts';
import { triggerRun } from './triggering.ts';
import { registerWorker } from './workers.ts';

const { path, remove } = tempDir();
afterEach(remove);

function open(): { core: Core; alarm: Alarm } {
  const core = new Core(new Database(path), 'tenant', DEFAULT_LIMITS, pino({ level: 'silent' }));
  return { core, alarm: new Alarm(core) };
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
  const first = open();
  const workflow = { name: 't', description: '', defaultPriority: 1, task };
  first.core.transact('full', (tx) => first.core.workflows.put(workflow, tx.now));
  const worker = { name: 'w', actions: ['t:t'], slots: { default: 2 }, labels: {}, runtime: {} };
  const { id: workerId } = registerWorker(first.core, worker);
  const session = openSession(first.core, workerId);
  const start = (): string => first.core.transact('full', (tx) => triggerRun(first.core, tx, trigger));
  const sent = start();
  for (const item of session.queue.drain()) markSent(first.core, item);
  const unsent = start();
  expect(first.core.runs.get(unsent)).toMatchObject({ phase: 'assigned', sent: 0, retryCount: 0 });

  // The crash: everything in memory is gone. Only the file's lock has to go with it, as the kernel would do.
  first.alarm.stop();
  first.core.db.close();
  const second = open();
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
