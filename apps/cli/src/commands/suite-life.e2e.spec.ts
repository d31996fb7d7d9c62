import { mkdir, mkdtemp, readdir, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endProcesses, findByEnvironment, STACK_LABEL } from '@benchbus/processes';
import { entryOf } from '@benchbus/service';
import { freePort, startChild } from '@benchbus/service/testing';
import type { Child } from '@benchbus/service/testing';
import { toNativeYaml } from '@benchbus/suites';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { installationOf } from '../stack/state-dir.ts';
import { exampleSuite } from '../testing/recorded.ts';

const main = entryOf(fileURLToPath(new URL('../main.ts', import.meta.url)));
const UNTIL_MS = 180_000;

let folder = '';
let root = '';
let env: NodeJS.ProcessEnv = {};
let started: Child[] = [];

async function makePlace(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'bb-life-'));
  await chmod(folder, 0o755); // PostgreSQL runs as another user below it
  root = join(folder, '.benchbus');
  await mkdir(join(root, 'run'), { recursive: true });
  await mkdir(join(folder, 'tmp'));
  await writeFile(join(root, 'run/ports.json'), JSON.stringify({ nats: await freePort() }));
  await writeFile(join(folder, 'short.yaml'), suiteFile(3_000));
  await writeFile(join(folder, 'long.yaml'), suiteFile(600_000));
  env = {
    ...process.env,
    BENCHBUS_STATE_DIR: root,
    TMPDIR: join(folder, 'tmp'),
    HATCHET_CLIENT_TOKEN: '',
    NATS_URL: '',
  };
  started = [];
}

async function removePlace(): Promise<void> {
  for (const child of started) child.process.kill('SIGKILL');
  await Promise.all(started.map((child) => child.exited));
  await endProcesses(ours(), 0);
  await rm(folder, { recursive: true, force: true });
}

/** Everything of the stack and of its nodes. */
const ours = () => [
  ...findByEnvironment({ [STACK_LABEL]: installationOf(root) }),
  ...findByEnvironment({ BENCHBUS_INSTALLATION: installationOf(root), BENCHBUS_RUN: undefined }),
];

function suiteFile(durationMs: number): string {
  const suite = exampleSuite();
  return toNativeYaml({
    ...suite,
    tests: suite.tests.map((one) => ({
      ...one,
      workload: { ...one.workload, scale: 1, clients: 2, threads: 1, warmupMs: 0, durationMs },
      repeat: { times: 1, reset: 'data' as const },
    })),
  });
}

function cli(...args: string[]): Child {
  const child = startChild(process.execPath, [main, ...args], { env, cwd: folder });
  started.push(child);
  return child;
}

const seen = (pattern: RegExp) => (line: string) => (pattern.test(line) ? true : undefined);

test('up --run: Ctrl-C once cancels the suite, releases what it holds, and exits with 130', async () => {
  await makePlace();
  onTestFinished(removePlace);
  const child = cli('up', '--run', 'long.yaml');
  await child.line(seen(/RunStageStarted {2}workload/), 'the workload', UNTIL_MS);
  expect(await child.stop('SIGINT', UNTIL_MS)).toEqual({ code: 130, signal: null });
  const text = child.lines.join('\n');
  expect(text).toMatch(/RunReleased/);
  expect(text).toMatch(/SuiteCancelled/);
  expect(ours()).toEqual([]);
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});

/** Ends well, and its last line is this JSON. */
async function json<T>(...args: string[]): Promise<T> {
  const child = cli(...args, '--json');
  expect((await child.exited).code).toBe(0);
  return JSON.parse(child.lines.at(-1) ?? '') as T;
}

describe('a running stack', () => {
  let up: Child;
  beforeAll(async () => {
    await makePlace();
    up = cli('up');
    await up.line(seen(/^ready after/), 'the stack', UNTIL_MS);
  }, UNTIL_MS);
  afterAll(async () => {
    expect(await up.stop('SIGINT', UNTIL_MS)).toEqual({ code: 0, signal: null });
    expect(ours()).toEqual([]);
    await removePlace();
  }, UNTIL_MS);

  test('run --wait, results and events agree; run, then cancel --wait', async () => {
    const run = cli('run', 'short.yaml', '--wait', '--json');
    expect((await run.exited).code).toBe(0);
    const result = JSON.parse(run.lines.at(-1) ?? '') as { suiteId: string; runs: { summary: { tps: number } }[] };
    expect(result.runs[0]?.summary.tps).toBeGreaterThan(0);

    const results = cli('results', result.suiteId, '--json');
    expect((await results.exited).code).toBe(0);
    expect(JSON.parse(results.lines.at(-1) ?? '')).toEqual(result);

    const events = cli('events', '--suite', result.suiteId);
    expect((await events.exited).code).toBe(0);
    expect(events.lines[0]).toMatch(/evt\.suite\.\S+ {2}SuiteAccepted {2}quick: 1 run$/);
    expect(events.lines.at(-1)).toMatch(/SuiteCompleted/);

    const plain = cli('run', 'long.yaml');
    expect((await plain.exited).code).toBe(0);
    const suiteId = plain.lines[0] ?? '';
    expect(plain.lines.join('\n')).toContain(`npx benchbus results ${suiteId}`);
    const cancel = cli('cancel', suiteId, '--wait');
    expect((await cancel.exited).code).toBe(0);
    expect(cancel.lines.at(-1)).toBe(`${suiteId}: SuiteCancelled`);
    const cancelled = cli('results', suiteId);
    expect((await cancelled.exited).code).toBe(130);

    const waiting = cli('run', 'long.yaml', '--wait');
    await waiting.line(seen(/RunStageStarted {2}workload/), 'the workload', UNTIL_MS);
    expect(await waiting.stop('SIGINT', UNTIL_MS)).toEqual({ code: 130, signal: null });
    expect(waiting.lines.join('\n')).toMatch(/SuiteCancelled/);
  });

  test('a kept run: said to be, results at once, and the end of the keep time ends the command', async () => {
    await writeFile(
      join(folder, 'kept.yaml'),
      suiteFile(1_000).replace(/^keep:(.*\n)(?: .*\n)*/m, 'keep: { when: always, for: 1h }\n'),
    );
    const run = cli('run', 'kept.yaml', '--wait');
    const runId = await run.line(
      (line) => / kept {2}until .*Z; benchbus release (\S+) ends it/.exec(line)?.[1],
      'kept',
      UNTIL_MS,
    );
    expect(run.lines.join('\n')).toContain(`benchbus shell ${runId}/pg looks at it`);
    await run.line(seen(/throughput +[\d,]+ tps/), 'its results');
    const release = cli('release', runId, '--wait');
    expect((await release.exited).code).toBe(0);
    expect(await run.exited).toEqual({ code: 0, signal: null });
    expect(run.lines.filter((line) => line.includes('throughput'))).toHaveLength(1);
    expect(run.lines.at(-1)).toMatch(/^suite quick {2}completed/);
    const again = cli('release', runId, '--wait');
    expect((await again.exited).code).toBe(0);
    expect(again.lines.at(-1)).toContain('nothing is held');
  });

  test('two suites and one host: list, status, watch, logs and results tell what goes on, and why one waits', async () => {
    const { suiteId: first } = await json<{ suiteId: string }>('run', 'long.yaml');
    const machine = cli('watch', first, '--json');
    await machine.line(seen(/^\{"kind":"event".*"RunStageStarted".*"workload"/), 'the workload', UNTIL_MS);
    await machine.line(seen(/^\{"kind":"progress".*"activity":"measuring".*"tps":/), 'its progress', UNTIL_MS);

    const { suiteId: second } = await json<{ suiteId: string }>('run', 'short.yaml');
    const person = cli('watch', second);
    await person.line(seen(new RegExp(`waits .*held exclusively by run ${first}-1-1`)), 'why it waits', UNTIL_MS);
    const one = await json<{ suite: { runs: object[] } }>('status', second);
    expect(one.suite.runs).toMatchObject([
      { phase: 'network', waiting: { code: 'HOST_BUSY', runs: [`${first}-1-1`] } },
    ]);
    const overview = cli('status');
    expect((await overview.exited).code).toBe(0);
    const text = overview.lines.join('\n');
    expect(text).toMatch(new RegExp(`waits: host .* is held exclusively by run ${first}-1-1`));
    expect(text).toMatch(/measuring {2}\d+ tps/);
    expect(text).toMatch(/of \d+ cores, .* in use/);
    expect(text).toContain('no dead letters');
    const open = await json<{ suites: { suiteId: string }[] }>('list', '--state', 'open');
    expect(open.suites.map(({ suiteId }) => suiteId)).toEqual([second, first]);

    const following = cli('logs', `${first}-1-1`, '--container', 'pgbench', '--follow');
    await following.line(seen(/load\/pgbench {2}progress: [\d.]+ s, [\d.]+ tps/), 'its lines', UNTIL_MS);
    expect(await following.stop('SIGINT')).toEqual({ code: 0, signal: null });
    const everything = cli('logs', `${first}-1-1`, '--json');
    expect((await everything.exited).code).toBe(0);
    const printed = everything.lines.map(
      (line) => JSON.parse(line) as { node: string; container: string; line: string },
    );
    expect(new Set(printed.map(({ node, container }) => `${node}/${container}`))).toEqual(
      new Set(['pg/runner', 'pg/postgres', 'load/runner', 'load/pgbench']),
    );
    expect(printed.some(({ line }) => line.includes('ready to accept connections'))).toBe(true);
    const nowhere = cli('logs', `${first}-1-1`, '--node', 'pgx');
    expect((await nowhere.exited).code).toBe(2);
    expect(nowhere.lines.join('\n')).toContain('pg (runner, postgres), load (runner, pgbench)');
    const nothing = cli('logs', `${first}-1-1`, '--container', 'etcd');
    expect((await nothing.exited).code).toBe(2);
    const aRun = cli('cancel', `${first}-1-1`);
    expect((await aRun.exited).code).toBe(2);
    expect(aRun.lines.join('\n')).toContain(`benchbus cancel ${first}`);
    const unknown = cli('logs', first);
    expect((await unknown.exited).code).toBe(2);
    expect(unknown.lines.join('\n')).toContain(`its runs: ${first}-1-1`);

    const leaving = cli('watch', first);
    await leaving.line(seen(/RunStageStarted {2}workload/), 'what happened before', UNTIL_MS);
    expect(await leaving.stop('SIGINT')).toEqual({ code: 130, signal: null });
    expect(leaving.lines.at(-1)).toContain('left; the suite goes on');

    expect((await cli('cancel', first, '--wait').exited).code).toBe(0);
    expect(await machine.exited).toEqual({ code: 130, signal: null });
    expect(JSON.parse(machine.lines.at(-1) ?? '')).toEqual({
      kind: 'end',
      suiteId: first,
      state: 'cancelled',
      exitCode: 130,
    });
    expect(await person.exited).toEqual({ code: 0, signal: null });
    expect(person.lines.join('\n')).toMatch(/SuiteCompleted[^]*throughput +[\d,]+ tps/);
    const states = await json<{ suites: { suiteId: string; state: string }[] }>('list');
    expect(states.suites.filter(({ suiteId }) => [first, second].includes(suiteId))).toMatchObject([
      { suiteId: second, state: 'completed', counts: { done: 1, failed: 0, cancelled: 0, total: 1 } },
      { suiteId: first, state: 'cancelled' },
    ]);
    const ofRun = cli('results', `${second}-1-1`);
    expect((await ofRun.exited).code).toBe(0);
    expect(ofRun.lines.join('\n')).toMatch(/throughput[^]*timeline[^]*RunReleased/);
    expect((await cli('watch', second).exited).code).toBe(0);
  });
});
