import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { startEngine } from './start-engine.ts';
import { Child } from './testing/child.ts';
import { connect, uniqueName, Workers } from './testing/sdk.ts';
import { eventTypes, untilStatus } from './testing/status.ts';
import { tempDir } from './testing/temp-dir.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function directory(): string {
  const { path, remove } = tempDir();
  cleanups.push(remove);
  return path;
}

interface Ready {
  token: string;
  grpcAddress: string;
  restUrl: string;
}

async function startProcess(
  stateDir: string,
  env: Record<string, string> = {},
): Promise<{ child: Child; ready: Ready; readyFile: string }> {
  const readyFile = join(stateDir, 'ready.json');
  const child = new Child('main.ts', {
    BENCHBUS_HATCHET_STATE_DIR: stateDir,
    BENCHBUS_HATCHET_READY_FILE: readyFile,
    ...env,
  });
  cleanups.push(() => child.kill('SIGKILL'));
  await child.says('engine ready');
  return { child, ready: JSON.parse(readFileSync(readyFile, 'utf8')) as Ready, readyFile };
}

test('kill -9 while tasks run: same addresses and token, tasks go on, results and a cancel are delivered', async () => {
  const stateDir = directory();
  const first = await startProcess(stateDir);
  const client = connect(first.ready);
  const workers = new Workers(client);
  cleanups.push(() => workers.stop());
  const release = Promise.withResolvers<undefined>();
  const aborted = Promise.withResolvers<boolean>();
  let started = 0;
  const bothRun = Promise.withResolvers<undefined>();
  const task = client.task({
    name: uniqueName('surviving'),
    executionTimeout: '5m',
    fn: async (input: { id: string }, ctx) => {
      started += 1;
      if (started === 2) bothRun.resolve(undefined);
      ctx.abortController.signal.addEventListener('abort', () => aborted.resolve(true));
      await Promise.race([
        release.promise,
        aborted.promise.then(() => (input.id === 'doomed' ? undefined : release.promise)),
      ]);
      return { id: input.id, retry: ctx.retryCount() };
    },
  });
  await workers.start([task], { slots: 2 });
  const ref = await task.runNoWait({ id: 'kept' });
  const doomed = await task.runNoWait({ id: 'doomed' });
  const queued = await task.runNoWait({ id: 'queued' });
  const output = ref.output;
  await bothRun.promise;
  const id = await ref.getWorkflowRunId();
  await untilStatus(client, id, 'RUNNING');

  await first.child.kill('SIGKILL');
  const second = await startProcess(stateDir);
  expect(second.ready).toEqual(first.ready);
  expect(await client.runs.get_status(id)).toBe('RUNNING');
  // The worker has not come back yet: the cancel must wait for its stream.
  await client.runs.cancel({ ids: [await doomed.getWorkflowRunId()] });
  expect(await aborted.promise).toBe(true);
  release.resolve(undefined);
  expect(await output).toEqual({ id: 'kept', retry: 0 });
  expect(await queued.output).toEqual({ id: 'queued', retry: 0 });
  expect(await doomed.output).toEqual({});
  expect(started).toBe(3);
});

test('timeouts are armed again after kill -9', async () => {
  const stateDir = directory();
  const first = await startProcess(stateDir);
  const client = connect(first.ready);
  const workers = new Workers(client);
  cleanups.push(() => workers.stop());
  const task = client.task({ name: uniqueName('expiring'), scheduleTimeout: '3s', fn: () => ({}) });
  const worker = await workers.start([task]);
  await worker.pause();
  const id = await (await task.runNoWait({})).getWorkflowRunId();
  await first.child.kill('SIGKILL');
  const restartedAt = Date.now();
  await startProcess(stateDir);
  await untilStatus(client, id, 'FAILED'); // what REST says after a schedule timeout
  const { run } = await client.runs.get(id);
  expect(Date.parse(run.finishedAt ?? '')).toBeGreaterThanOrEqual(restartedAt);
});

test('a graceful stop and start keeps the workers, too', async () => {
  const stateDir = directory();
  const first = await startEngine({ stateDir });
  // With the SDK's own retries: its channel may be waiting to reconnect when the engine is back.
  const client = connect(first, 8);
  const workers = new Workers(client);
  const task = client.task({ name: uniqueName('graceful'), fn: () => ({ ok: true }) });
  const worker = await workers.start([task]);
  expect(await task.run({})).toEqual({ ok: true });
  const waiting = await task.runNoWait({}, { desiredWorkerLabels: { later: { value: 'yes', required: true } } });
  const output = waiting.output;
  await first.stop();
  const second = await startEngine({ stateDir });
  cleanups.push(
    () => second.stop(),
    () => workers.stop(),
  );
  expect(second.env).toEqual(first.env);
  expect(await task.run({})).toEqual({ ok: true });
  await worker.upsertLabels({ later: 'yes' });
  expect(await output).toEqual({ ok: true });
});

test('tasks of a killed worker are given to another after reassignAfterMs', async () => {
  const engine = await startEngine({ stateDir: directory(), reassignAfterMs: 6_000 });
  cleanups.push(() => engine.stop());
  const client = connect(engine);
  const workers = new Workers(client);
  cleanups.push(() => workers.stop());
  const task = client.task({
    name: uniqueName('orphaned'),
    fn: (_input: object, ctx) => ({ retry: ctx.retryCount() }),
  });
  const { token, grpcAddress, restUrl } = engine;
  const hanging = new Child('testing/hanging-worker.ts', {
    TOKEN: token,
    GRPC_ADDRESS: grpcAddress,
    REST_URL: restUrl,
    TASK: task.name,
  });
  cleanups.push(() => hanging.kill('SIGKILL'));
  const listening = hanging.says('TASK-STARTED');
  // Only a registered workflow can be triggered: register it with a worker of our own that is paused.
  const own = await workers.start([task]);
  await own.pause();
  const ref = await task.runNoWait({});
  await listening;
  await hanging.kill('SIGKILL');
  await own.unpause();
  expect(await ref.output).toEqual({ retry: 1 });
  expect(await eventTypes(client, await ref.getWorkflowRunId())).toContain('REASSIGNED');
});

test('a second engine on the same state directory is refused', async () => {
  const stateDir = directory();
  const engine = await startEngine({ stateDir });
  cleanups.push(() => engine.stop());
  await expect(startEngine({ stateDir })).rejects.toThrow(/ENGINE_STATE_LOCKED/);
});

test('a taken port is an error with a code', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  cleanups.push(() => void blocker.close());
  const address = blocker.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(startEngine({ stateDir: directory(), grpcPort: port })).rejects.toThrow(
    /ENGINE_PORT_UNAVAILABLE.*grpcPort/,
  );
  await expect(startEngine({ stateDir: directory(), restPort: port })).rejects.toThrow(
    /ENGINE_PORT_UNAVAILABLE.*restPort/,
  );
});

test('the process: a private ready file, a clean exit on SIGTERM, an error exit on bad configuration', async () => {
  const { child, readyFile } = await startProcess(directory());
  expect(statSync(readyFile).mode & 0o777).toBe(0o600);
  expect(await child.kill('SIGTERM')).toBe(0);
  const broken = new Child('main.ts', {
    BENCHBUS_HATCHET_STATE_DIR: directory(),
    BENCHBUS_HATCHET_GRPC_PORT: 'seventy',
  });
  await broken.says('ENGINE_CONFIG_INVALID');
  expect(await broken.exited).toBe(1);
});
