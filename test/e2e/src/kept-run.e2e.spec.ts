import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjects, type AnyRecorded } from '@benchbus/events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNothingLeft, firstRunId } from './testing/clean-run.ts';
import { Installation } from './testing/installation.ts';
import { tinySuite } from './testing/suites.ts';

const SUITE = tinySuite('kept', { settings: { keep: { when: 'always', for: '1h' } } });
let installation: Installation;
let folder = '';
const planted: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchbus-kept-'));
  writeFileSync(join(folder, 'kept.json'), JSON.stringify(SUITE));
  // The janitor looks when it is asked, not by itself: the test sees who removed what.
  installation = await Installation.start({ BENCHBUS_JANITOR_INTERVAL_MS: '3600000' });
});
afterAll(async () => {
  for (const child of planted) child.kill('SIGKILL');
  expect(await installation.stop()).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => installation.cli(...args).finished;
const ended = (runId: string): Promise<AnyRecorded> => {
  const subject = subjects.run(runId);
  const probe = async () =>
    (await installation.bus.log.read(subject)).find(({ name }) => name === 'RunCompleted' || name === 'RunFailed');
  return installation.bus.log.waitFor([subject], probe, { what: `the end of ${runId}`, timeoutMs: 180_000 });
};

function plant(env: Record<string, string>): ChildProcess {
  const child = spawn('sleep', ['1000'], { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: 'ignore' });
  planted.push(child);
  return child;
}

interface Findings {
  readonly hosts: readonly {
    readonly leftovers: readonly { readonly what: string; readonly why: string; readonly outcome: string }[];
  }[];
}
const leftoversOf = (stdout: string) => (JSON.parse(stdout) as Findings).hosts.flatMap(({ leftovers }) => leftovers);

test('a kept run: a shell in its nodes, released while one is open, repeated; its leftovers are found and removed', async () => {
  const requested = await run('run', join(folder, 'kept.json'), '--json');
  expect(requested.code, requested.stderr + requested.stdout).toBe(0);
  const { suiteId } = JSON.parse(requested.stdout) as { suiteId: string };
  const runId = firstRunId(suiteId, SUITE);
  expect(await ended(runId)).toMatchObject({ name: 'RunCompleted' });

  // One command, on either node, as the node's user; its exit code is ours, and it carries no label of the run.
  expect(await run('shell', 'pg', '--', 'psql', '-Atc', 'select 40 + 2')).toEqual({
    code: 0,
    stdout: '42\n',
    stderr: '',
  });
  const fromLoad = await run('shell', `${runId}/load`, '--', 'psql', '-Atc', 'select count(*) from pgbench_accounts');
  expect(fromLoad).toMatchObject({ code: 0, stdout: '100000\n' });
  expect((await run('shell', 'pg', '--', 'sh', '-c', 'exit 7')).code).toBe(7);
  const environment = (await run('shell', 'pg', '--', 'env')).stdout;
  expect(environment).toMatch(/^PGPASSWORD=[0-9a-f]{64}$/m);
  expect(environment).not.toMatch(/^(BENCHBUS_|HATCHET_|NATS_)/m);
  expect(await run('shell', 'nowhere')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[NODE_UNKNOWN]') as unknown,
  });
  expect((await run('shell', 'nowhere')).stderr).toContain(`nodes that exist: ${runId}/pg, ${runId}/load`);

  // An open shell, with a query that would go on for ever.
  const shell = installation.cli('shell', 'pg');
  shell.child.stdin.write("echo in $PWD\npsql -c 'select pg_sleep(100000)' &\n");
  await shell.printed(new RegExp(`in .*/${runId}/pg`));
  await shell.printed(/completed, kept for another .*; give it back: benchbus release/);
  const dry = await run('janitor', '--dry-run', '--json');
  expect(leftoversOf(dry.stdout)).toEqual([]);

  const release = await run('release', runId, '--wait');
  expect(release.code, release.stderr).toBe(0);
  expect(release.stdout).toMatch(
    new RegExp(`^${runId} \\(completed\\) held nodes .*pg 127\\.\\S+.*; block 127\\..* on host-`),
  );
  expect(release.stdout).toContain(`${runId} is released`);
  expectNothingLeft(installation, runId);
  await shell.printed(/is being released; this shell's node is going away/);
  expect(shell.child.exitCode).toBeNull();
  shell.child.stdin.end('exit 3\n');
  expect((await shell.finished).code).toBe(3);

  const again = await run('release', suiteId);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is over and released since') as unknown });
  expect(await run('shell', 'pg')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[NODE_GONE]') as unknown,
  });

  // The same suite once more; the log says of which it is a repetition.
  const repeated = await run('rerun', suiteId, '--json');
  expect(repeated.code, repeated.stderr + repeated.stdout).toBe(0);
  const second = (JSON.parse(repeated.stdout) as { suiteId: string }).suiteId;
  const secondRun = firstRunId(second, SUITE);
  expect(await run('release', secondRun)).toMatchObject({ code: 2 });
  await ended(secondRun);
  const [first, accepted] = await Promise.all(
    [suiteId, second].map(async (id) => (await installation.bus.log.read(subjects.suite(id)))[0]),
  );
  if (first?.name !== 'SuiteAccepted' || accepted?.name !== 'SuiteAccepted') throw new Error('not accepted');
  expect(accepted.data.rerunOf).toBe(suiteId);
  expect(accepted.data.suite).toEqual(first.data.suite);
  expect((await run('events', '--suite', second)).stdout).toContain(`repeats ${suiteId}`);
  expect(await run('rerun', second, '--failed')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[NOTHING_FAILED]') as unknown,
  });
  expect((await run('release', second, '--wait')).code).toBe(0);
  expect((await run('results', second)).stdout).toContain(`repeats ${suiteId}`);

  // A process of a run that is over: found, explained, removed; others are left alone.
  const labels = { BENCHBUS_INSTALLATION: installation.installation, BENCHBUS_RUN: runId, BENCHBUS_NODE: 'pg' };
  const leftover = plant(labels);
  const foreign = [plant({}), plant({ ...labels, BENCHBUS_INSTALLATION: 'somebody-else' })];
  const what = `process ${leftover.pid} (sleep)`;
  const found = await run('janitor', '--dry-run', '--json');
  expect(found.code).toBe(0);
  expect(leftoversOf(found.stdout)).toMatchObject([
    { what, outcome: 'would be removed', why: expect.stringContaining('the deployment was destroyed at') as unknown },
  ]);
  expect((await run('doctor')).stdout).toMatch(/leftovers .*1 leftover[^]*benchbus janitor/);
  expect(leftover.signalCode).toBeNull();
  const removed = await run('janitor');
  expect(removed.code).toBe(0);
  expect(removed.stdout).toContain(`removed  ${what} of run ${runId}, node pg: the deployment was destroyed at`);
  expect(leftover.signalCode).toBe('SIGTERM');
  expect(foreign.map(({ signalCode }) => signalCode)).toEqual([null, null]);
  expect((await run('janitor')).stdout).toContain('clean');
});
