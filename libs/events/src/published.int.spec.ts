import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventLog } from './bus/event-log.ts';
import type { AnyDraft, AnyRecorded, Draft } from './bus/recorded-event.ts';
import { runCancelling } from './testing/samples.ts';
import { startJetStreamHarness, type JetStreamHarness } from './testing/jetstream-harness.ts';
import { lockedPackages } from './testing/locked-packages.ts';
import { recordedLogs } from './testing/recorded-logs.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SLOW_MS = 600_000;
const execute = promisify(execFile);
/** A stranger's machine has node and npm, and nothing of this repository's. */
const path = (process.env['PATH'] ?? '').split(delimiter).filter((dir) => !dir.endsWith('node_modules/.bin'));
const env = { ...process.env, PATH: path.join(delimiter) };

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let packed: Packed[];
let harness: JetStreamHarness;
beforeAll(async () => {
  harness = await startJetStreamHarness();
  folder = await mkdtemp(join(tmpdir(), 'benchbus-consumer-'));
  await execute('node', [join(ROOT, 'tools/build-packages.mjs')], { env });
  const workspaces = ['libs/suites/dist', 'libs/events/dist'].map((dist) => join(ROOT, dist));
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder, ...workspaces], { env });
  packed = Object.values(JSON.parse(stdout) as Record<string, Packed>);
}, SLOW_MS);
afterAll(async () => {
  await harness.close();
  await rm(folder, { recursive: true, force: true });
});

/** The example as it stands in the repository, with the packed packages instead of published ones, and locked versions of all others. */
async function installExample(): Promise<string> {
  const consumer = join(folder, 'consumer');
  await cp(join(ROOT, 'examples/consumer'), consumer, { recursive: true });
  const dependencies = Object.fromEntries(packed.map(({ name, filename }) => [name, `file:../${filename}`]));
  const manifest = { name: 'example-consumer', type: 'module', dependencies, devDependencies: { '@types/node': '*' } };
  const packages: Record<string, object> = { '': manifest, ...lockedPackages(['@types/node'], '') };
  for (const { name, version, filename } of packed) {
    const workspace = name.replace('@benchbus/', 'libs/');
    const dist = JSON.parse(await readFile(join(ROOT, workspace, 'dist/package.json'), 'utf8')) as {
      dependencies: object;
    };
    packages[`node_modules/${name}`] = { ...dist, version, resolved: `file:../${filename}` };
    const foreign = Object.keys(dist.dependencies).filter((needed) => !needed.startsWith('@benchbus/'));
    Object.assign(packages, lockedPackages(foreign, workspace));
  }
  await writeFile(join(consumer, 'package.json'), JSON.stringify(manifest));
  await writeFile(
    join(consumer, 'package-lock.json'),
    JSON.stringify({ lockfileVersion: 3, requires: true, packages }),
  );
  await execute('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: consumer, env });
  return consumer;
}

const TYPES = `import type { Recorded } from '@benchbus/events';
export const known = (event: Recorded<'RunCompleted'>): number => event.data.summary.tps;
// @ts-expect-error there is no such field
export const unknown = (event: Recorded<'RunCompleted'>) => event.data.nonsense;
`;

/** Facts of a recorded log's suites and runs, appended anew. */
async function appendRecorded(log: EventLog): Promise<AnyRecorded[]> {
  const versions = new Map<string, number>();
  const appended: AnyRecorded[] = [];
  for (const event of recordedLogs().flatMap(([, events]) => events)) {
    if (!/^evt\.(suite|run)\./.test(event.subject)) continue;
    const { name, subject, data, correlation, id } = event;
    const draft = { name, subject, data, correlation, cause: id } as AnyDraft as Draft;
    const { event: stored } = await log.append(draft, versions.get(subject) ?? 0);
    versions.set(subject, stored.sequence);
    appended.push(stored as AnyRecorded);
  }
  return appended;
}

test('the packages hold JavaScript and declarations, nothing else', () => {
  expect(packed.map(({ name }) => name)).toEqual(['@benchbus/suites', '@benchbus/events']);
  for (const { files } of packed)
    for (const file of files) expect(file.path).toMatch(/^(package\.json|README\.md|LICENSE|.+\.js|.+\.d\.ts)$/);
});

test(
  'the example consumer, outside the repository: installed, type-checked, and it follows a log',
  async () => {
    const consumer = await installExample();
    await writeFile(join(consumer, 'types.ts'), TYPES);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await writeFile(
      join(consumer, 'tsconfig.all.json'),
      JSON.stringify({ extends: './tsconfig.json', files: ['consumer.ts', 'types.ts'] }),
    );
    await execute('node', [tsc, '-p', join(consumer, 'tsconfig.all.json')], { env }).catch(
      (error: { stdout: string }) => {
        throw new Error(error.stdout);
      },
    );

    const { log } = await harness.open();
    const events = await appendRecorded(log);
    const child = spawn('node', ['consumer.js'], {
      cwd: consumer,
      env: { ...env, NATS_URL: harness.server.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (lines.length === events.length) await log.append(runCancelling('late', 'c1'), 0);
      if (lines.length > events.length) child.kill('SIGINT');
    }
    expect(await ended).toEqual([0, null]);
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      ...events.map(({ sequence, subject, name }) => `${sequence} ${subject} ${name}`),
      `${events.length + 1} evt.run.late RunCancelling`,
    ]);
    const completed = events.find((event) => event.name === 'RunCompleted');
    expect(lines).toContain(
      `${completed?.sequence} ${completed?.subject} RunCompleted ${completed?.data.summary.tps.toFixed(1)} tps, p99 ${completed?.data.summary.latencyP99Ms} ms`,
    );
  },
  SLOW_MS,
);
