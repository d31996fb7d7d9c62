import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endProcesses, findByEnvironment, isAlive, signalProcess, STACK_LABEL } from '@benchbus/processes';
import { freePort, startChild } from '@benchbus/service/testing';
import type { Child } from '@benchbus/service/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readStackFile, stackFilePath } from './stack-file.ts';
import type { StackFile } from './stack-file.ts';
import { installationOf } from './state-dir.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const READY_MS = 90_000;
// Whole stacks, beside other test files on a small machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

let folder = '';
let root = '';
let env: NodeJS.ProcessEnv = {};
let started: Child[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bb-up-'));
  root = join(folder, '.benchbus');
  const temp = join(folder, 'tmp');
  await mkdir(join(root, 'run'), { recursive: true });
  await mkdir(temp);
  // Port 4222 belongs to whoever runs a stack on this machine.
  await writeFile(join(root, 'run/ports.json'), JSON.stringify({ nats: await freePort() }));
  env = { ...process.env, BENCHBUS_STATE_DIR: root, TMPDIR: temp, HATCHET_CLIENT_TOKEN: '', NATS_URL: '' };
  started = [];
});

afterEach(async () => {
  for (const child of started) child.process.kill('SIGKILL');
  await Promise.all(started.map((child) => child.exited));
  await endProcesses(stackProcesses(), 0);
  await rm(folder, { recursive: true, force: true });
});

const stackProcesses = () => findByEnvironment({ [STACK_LABEL]: installationOf(root) });

function cli(...args: string[]): Child {
  const child = startChild(process.execPath, [main, ...args], { env, cwd: folder });
  started.push(child);
  return child;
}

async function upReady(): Promise<{ child: Child; stack: StackFile }> {
  const child = cli('up');
  await child.line((line) => (/^ready after/.test(line) ? true : undefined), 'the stack', READY_MS);
  const stack = readStackFile(root);
  if (stack === undefined) throw new Error('a ready stack has its file');
  return { child, stack };
}

test('up is ready, tells where it is, keeps its file private, and Ctrl-C stops everything', async () => {
  const { child, stack } = await upReady();
  const names = ['artifact-store', 'hatchet', 'nats', 'network-allocator', 'provisioner', 'suite-dispatcher', 'valkey'];
  expect(stack.children.map(({ name }) => name).sort()).toEqual(names);
  expect(stack.children.every(isAlive)).toBe(true);
  expect((await stat(stackFilePath(root))).mode & 0o777).toBe(0o600);

  const doctor = cli('doctor', '--json');
  expect((await doctor.exited).code).toBe(0);
  expect(doctor.lines.join('')).toMatch(/"name":"Hatchet engine","status":"ok","found":"embedded, v/);
  const events = cli('events', '--json');
  expect((await events.exited).code).toBe(0);
  expect(events.lines.some((line) => line.includes('"HostAnnounced"'))).toBe(true);

  const second = cli('up');
  expect((await second.exited).code).toBe(2);
  expect(second.lines.join('\n')).toContain('[STACK_RUNNING]');
  expect(stack.children.every(isAlive)).toBe(true);

  expect(await child.stop('SIGINT', 90_000)).toEqual({ code: 0, signal: null });
  expect(stack.children.filter(isAlive)).toEqual([]);
  expect(stackProcesses()).toEqual([]);
  expect(existsSync(stackFilePath(root))).toBe(false);
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);

  const after = cli('events');
  expect((await after.exited).code).toBe(3);
  expect(after.lines.join('\n')).toContain('npx benchbus up');
});

test('a service that is killed is started again; Ctrl-C twice kills at once', async () => {
  const { child, stack } = await upReady();
  const allocator = stack.children.find(({ name }) => name === 'network-allocator');
  if (allocator === undefined) throw new Error('the allocator runs');
  signalProcess(allocator, 'SIGKILL');
  await child.line(
    (line) => (/network-allocator ended by SIGKILL; starting it again/.test(line) ? true : undefined),
    'the restart',
    READY_MS,
  );
  await expect.poll(() => readStackFile(root)?.children.length, { timeout: READY_MS }).toBe(stack.children.length);

  // A stopped process cannot end by itself: the first Ctrl-C has to wait for it, the second must not.
  const provisioner = stack.children.find(({ name }) => name === 'provisioner');
  if (provisioner === undefined) throw new Error('the provisioner runs');
  signalProcess(provisioner, 'SIGSTOP');
  child.process.kill('SIGINT');
  await child.line((line) => (line.startsWith('stopping') ? true : undefined), 'the stop');
  child.process.kill('SIGINT');
  expect(await child.exited).toEqual({ code: 130, signal: null });
  await expect.poll(stackProcesses, { timeout: 10_000 }).toEqual([]);
});

test('what a killed stack left is ended by the next one', async () => {
  const { child, stack } = await upReady();
  child.process.kill('SIGKILL');
  await child.exited;
  expect(stack.children.some(isAlive)).toBe(true);

  const next = await upReady();
  expect(next.child.lines.join('\n')).toMatch(/ended \d+ processes of an earlier stack/);
  expect(stack.children.filter(isAlive)).toEqual([]);
  expect(stack.tempDirs.filter(existsSync)).toEqual([]);
  expect(next.stack.natsUrl).toBe(stack.natsUrl);
  expect(await next.child.stop('SIGINT', 90_000)).toEqual({ code: 0, signal: null });
  expect(stackProcesses()).toEqual([]);
});

test('Ctrl-C while it starts stops what has been started', async () => {
  const child = cli('up');
  await child.line((line) => (line.startsWith('starting') ? true : undefined), 'the start');
  await expect.poll(() => readStackFile(root)?.children.length ?? 0, { timeout: READY_MS }).toBeGreaterThan(0);
  expect(await child.stop('SIGINT', 90_000)).toEqual({ code: 0, signal: null });
  expect(stackProcesses()).toEqual([]);
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});

test('a file that is wrong is refused before anything is started', async () => {
  await writeFile(join(folder, 'bad.yaml'), 'nonsense: true\n');
  const child = cli('up', '--run', 'bad.yaml');
  expect((await child.exited).code).toBe(2);
  expect(stackProcesses()).toEqual([]);
});
