import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive, signalGroup, signalProcess } from '@benchbus/processes';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RestartPolicy } from '../domain/restart-policy.ts';
import type { ChildSpec } from './child-spec.ts';
import { Supervisor } from './supervisor.ts';

const QUICK: RestartPolicy = { delaysMs: [10], maxEnds: 3, windowMs: 60_000 };
const FOREVER = 'setInterval(() => {}, 1e6);';
const never = new AbortController().signal;

let folder = '';
let running: Supervisor[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'benchbus-supervisor-'));
  running = [];
});
afterEach(async () => {
  for (const supervisor of running) supervisor.kill();
  await rm(folder, { recursive: true, force: true });
});

const node = (name: string, script: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  name,
  command: process.execPath,
  args: ['-e', script],
  env: {},
  cwd: folder,
  ready: (line) => (line.startsWith('ready ') ? line.slice(6) : undefined),
  readyTimeoutMs: 20_000,
  graceMs: 10_000,
  ...more,
});

function supervise(options: { onRestart?: (name: string) => void; onChange?: () => void } = {}): Supervisor {
  const supervisor = new Supervisor({ logsDir: folder, policy: QUICK, ...options });
  running.push(supervisor);
  return supervisor;
}

const only = (supervisor: Supervisor) => {
  const [child] = supervisor.children();
  if (child === undefined) throw new Error('no child runs');
  return child;
};

test('starts a process in its own group, waits for its ready line, and stops it', async () => {
  const supervisor = supervise();
  const answer = await supervisor.start(node('a', `console.log('ready ' + process.pid); ${FOREVER}`), never);
  const child = only(supervisor);
  expect(answer).toBe(String(child.pid));
  expect(isAlive(child)).toBe(true);
  // Its process group is its own: a signal to ours does not reach it.
  expect(signalGroup(child.pid, 'SIGCONT')).toBe(true);
  await supervisor.stop();
  expect(isAlive(child)).toBe(false);
  expect(supervisor.children()).toEqual([]);
});

test('a process that is killed is started again', async () => {
  const restarted = Promise.withResolvers<string>();
  const changes: (() => void)[] = [];
  const supervisor = supervise({ onRestart: restarted.resolve, onChange: () => changes.forEach((look) => look()) });
  await supervisor.start(node('a', `console.log('ready x'); ${FOREVER}`), never);
  const first = only(supervisor);
  const second = new Promise<number>((resolve) => {
    changes.push(() => {
      const [child] = supervisor.children();
      if (child && child.pid !== first.pid) resolve(child.pid);
    });
  });
  signalProcess(first, 'SIGKILL');
  expect(await restarted.promise).toBe('a');
  expect(await second).not.toBe(first.pid);
});

test('start waits over restarts: a process that fails first and works then is ready', async () => {
  const script = `
    const fs = require('node:fs');
    if (!fs.existsSync('tried')) { fs.writeFileSync('tried', ''); process.exit(3); }
    console.log('ready then'); ${FOREVER}`;
  expect(await supervise().start(node('a', script), never)).toBe('then');
});

test('a process that ends again and again is given up, and its last words are told', async () => {
  const supervisor = supervise();
  const start = supervisor.start(node('a', `throw new TypeError('no such thing')`), never);
  await expect(start).rejects.toMatchObject({
    code: 'STACK_CHILD_FAILED',
    message: expect.stringContaining('TypeError: no such thing') as string,
    where: join(folder, 'a.log'),
  });
  await expect(supervisor.failure).rejects.toMatchObject({ code: 'STACK_CHILD_FAILED' });
});

test('a service with a wrong configuration is not tried again; its problem is told', async () => {
  const restarts: string[] = [];
  const supervisor = supervise({ onRestart: (name) => restarts.push(name) });
  const fatal = JSON.stringify({ level: 60, code: 'CONFIG_INVALID', msg: 'NATS_URL is wrong', hint: 'correct it' });
  const start = supervisor.start(node('a', `console.log(${JSON.stringify(fatal)}); process.exitCode = 2;`), never);
  await expect(start).rejects.toMatchObject({
    code: 'CONFIG_OF_SERVICE',
    message: expect.stringContaining('CONFIG_INVALID NATS_URL is wrong') as string,
    hint: 'correct it',
  });
  expect(restarts).toEqual([]);
});

test('a program that is not there is given up', async () => {
  const spec = node('a', '', { command: join(folder, 'nothing') });
  await expect(supervise().start(spec, never)).rejects.toMatchObject({ code: 'STACK_CHILD_FAILED' });
});

test('a process that is not ready in time', async () => {
  const spec = node('a', FOREVER, { readyTimeoutMs: 200 });
  await expect(supervise().start(spec, never)).rejects.toMatchObject({ code: 'STACK_CHILD_SLOW' });
});

test('waiting ends when it is cancelled', async () => {
  const cancel = new AbortController();
  const start = supervise({ onChange: () => cancel.abort(new Error('interrupted')) }).start(
    node('a', FOREVER),
    cancel.signal,
  );
  await expect(start).rejects.toThrow('interrupted');
});

test('who ignores SIGTERM is killed after the grace time, helpers included', async () => {
  const script = `
    process.on('SIGTERM', () => {});
    const helper = require('node:child_process').spawn(process.execPath, ['-e', '${FOREVER}'], { stdio: 'ignore' });
    console.log('ready ' + helper.pid); ${FOREVER}`;
  const supervisor = supervise();
  const helper = Number(await supervisor.start(node('a', script, { graceMs: 100 }), never));
  await supervisor.stop();
  await expect.poll(() => identify(helper)).toBeUndefined();
});

test('the log of the last life is kept beside the new one', async () => {
  const script = `console.log('ready x'); ${FOREVER}`;
  const first = supervise();
  await first.start(node('a', script), never);
  await first.stop();
  const second = supervise();
  await second.start(node('a', script), never);
  expect(await readFile(join(folder, 'a.log.1'), 'utf8')).toBe('ready x\n');
});
