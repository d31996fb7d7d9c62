import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus } from '@benchbus/events';
import type { Consuming, EventBus } from '@benchbus/events';
import { startNatsServer } from '@benchbus/events/testing';
import type { TestNatsServer } from '@benchbus/events/testing';
import { portHolder } from '@benchbus/processes';
import { startChild } from '@benchbus/service/testing';
import type { Child } from '@benchbus/service/testing';
import { toNativeYaml } from '@benchbus/suites';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleSuite } from '../testing/recorded.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
let nats: TestNatsServer;
let bus: EventBus;
let watching: Consuming;
let folder: string;
let started: Child[];
/** Resolves with the suite's id when a SuiteRequested was published. */
let requested: Promise<string>;

beforeEach(async () => {
  started = [];
  folder = await mkdtemp(join(tmpdir(), 'bb-interrupted-'));
  await writeFile(join(folder, 'suite.yaml'), toNativeYaml(exampleSuite()));
  nats = await startNatsServer();
  bus = await connectBus({ servers: nats.url, name: 'test', source: 'test' });
  const seen = Promise.withResolvers<string>();
  watching = await bus.consumeRequests({
    name: 'test',
    subjects: ['request.suite.*'],
    handle: (request) => Promise.resolve(seen.resolve(request.suiteId)),
  });
  requested = seen.promise;
});
afterEach(async () => {
  for (const child of started) child.process.kill('SIGKILL');
  await Promise.all(started.map((child) => child.exited));
  await watching.stop();
  await bus.close();
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
});

function run(...options: string[]): Child {
  const env = { ...process.env, NATS_URL: nats.url, BENCHBUS_STATE_DIR: join(folder, '.benchbus'), NO_COLOR: '1' };
  const child = startChild(process.execPath, [main, 'run', 'suite.yaml', ...options], { env, cwd: folder });
  started.push(child);
  return child;
}

const requestsOf = async (suiteId: string) => (await bus.requestsOf(suiteId)).map(({ request }) => request.name);

test.each([[[]], [['--wait']]])(
  'run %j: Ctrl-C before a dispatcher took the suite publishes its cancel, says so, and exits with 130',
  async (options) => {
    const child = run(...options);
    const suiteId = await requested;
    child.process.kill('SIGINT');
    expect(await child.exited).toEqual({ code: 130, signal: null });
    expect(await requestsOf(suiteId)).toEqual(['SuiteRequested', 'SuiteCancelRequested']);
    const said = child.lines.join('\n');
    expect(said).toMatch(/cancelling/);
    expect(said).toContain('SUITE_CANCEL_REQUESTED');
    expect(said).toContain(suiteId);
  },
);

test('run --json: the same, for scripts', async () => {
  const child = run('--json');
  const suiteId = await requested;
  child.process.kill('SIGINT');
  expect((await child.exited).code).toBe(130);
  const line = child.lines.find((text) => text.startsWith('{'));
  expect(JSON.parse(line ?? '')).toMatchObject({ ok: false, code: 'SUITE_CANCEL_REQUESTED' });
  expect(await requestsOf(suiteId)).toEqual(['SuiteRequested', 'SuiteCancelRequested']);
});

test('a second Ctrl-C ends at once, whatever the first waits for', async () => {
  const child = run();
  await requested;
  // A server that stands still: the cancel cannot be published.
  const server = Number(/^process (\d+) /.exec(portHolder('127.0.0.1', nats.port) ?? '')?.[1]);
  process.kill(server, 'SIGSTOP');
  try {
    child.process.kill('SIGINT');
    await child.line((line) => (line.includes('cancelling') ? true : undefined), 'the cancel');
    child.process.kill('SIGINT');
    expect(await child.exited).toEqual({ code: 130, signal: null });
  } finally {
    process.kill(server, 'SIGCONT');
  }
  expect(child.lines.join('\n')).not.toContain('SUITE_CANCEL');
});
