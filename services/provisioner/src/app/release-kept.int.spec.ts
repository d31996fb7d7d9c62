import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keptLabels, keptVolumeName, labelsFor } from '@benchbus/docker';
import type { AnyRecorded } from '@benchbus/events';
import { keptOfSuite, keptRoot } from '@benchbus/service';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptVolumes } from '../docker/kept-volumes.ts';
import { KeptFolders } from '../local/kept-folders.ts';
import { DATABASE_IMAGE, testEngine, whyNoDocker } from '../testing/docker-scene.ts';
import { at, planned, recorded } from '../testing/history.ts';
import { KeptStores, type KeptStore } from './kept-stores.ts';
import { releaseKept, sweepKept } from './release-kept.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const RELEASE = fileURLToPath(new URL('../testing/release-kept-process.ts', import.meta.url));
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchbus-kept-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A whole copy and one that a crash cut short. */
function keepFor(suiteId: string): string {
  const folder = keptOfSuite(dir, 'i', suiteId);
  for (const name of ['copy', '.copy.r1']) mkdirSync(join(folder, name, 'data'), { recursive: true });
  writeFileSync(join(folder, 'copy/kept.json'), '{}');
  return folder;
}

const accepted = recorded('SuiteAccepted', 1, { runs: [{ runId: 'r1' }, { runId: 'r2' }] } as never);
const placed = (leaseExpiresAt: string): AnyRecorded => {
  const event = planned(3, 2);
  return { ...event, data: { ...event.data, leaseExpiresAt } } as AnyRecorded;
};
const destroyed = recorded('DeploymentDestroyed', 9, { reason: 'ended' } as never);
const completed = recorded('RunCompleted', 8, {} as never);

function host(
  histories: Readonly<Record<string, readonly AnyRecorded[]>>,
  kept: KeptStore = new KeptFolders(dir, 'i'),
) {
  const log = { read: (subject: string) => Promise.resolve(histories[subject] ?? []) };
  return { bus: { log }, logger: silent, kept } as never;
}
const later = at(Date.now() + 60_000);
/** The first run is over, the second waits for a host. */
const waiting = (lease: string) => ({
  'evt.suite.s1': [accepted],
  'evt.run.r1': [completed],
  'evt.deployment.r1': [placed(lease), destroyed],
});

it('copies go with the last run of their suite, whole or not, and nothing else', async () => {
  const mine = keepFor('s1');
  const others = keepFor('s2');
  await releaseKept(host(waiting(later)), 's1');
  expect(existsSync(join(mine, 'copy/kept.json'))).toBe(true);
  await releaseKept(host({ ...waiting(later), 'evt.run.r2': [completed] }), 's1');
  expect([existsSync(mine), existsSync(others)]).toEqual([false, true]);
});

it('the janitor removes those whose lease ran out, after it has shown them, and those of nobody', async () => {
  const mine = keepFor('s1');
  expect(await sweepKept(host(waiting(later)), false)).toEqual([]);
  const expired = host(waiting(at(1)));
  const found = { kind: 'folder', what: `kept data of suite s1: ${mine}`, why: `its lease expired at ${at(1)}` };
  expect(await sweepKept(expired, true)).toEqual([{ ...found, outcome: 'would be removed' }]);
  expect(existsSync(mine)).toBe(true);
  expect(await sweepKept(expired, false)).toEqual([{ ...found, outcome: 'removed' }]);
  keepFor('nobody');
  expect(await sweepKept(expired, false)).toMatchObject([{ why: 'no such suite is in the log', outcome: 'removed' }]);
  // Also the folder above, with the last of them.
  expect(existsSync(keptRoot(dir, 'i'))).toBe(false);
});

it('a removal that a crash cut short is finished, and was no copy meanwhile', async () => {
  const half = join(keptRoot(dir, 'i'), '.gone-s1');
  mkdirSync(join(half, 'copy'), { recursive: true });
  const found = await sweepKept(
    host({ 'evt.suite.s1': [accepted], 'evt.run.r1': [completed], 'evt.run.r2': [completed] }),
    false,
  );
  expect(found).toMatchObject([{ outcome: 'removed', why: 'all runs of the suite are over' }]);
  expect(existsSync(half)).toBe(false);
});

it.each(['before.kept-release', 'before.kept-remove', 'after.kept-aside', 'after.kept-remove', 'after.kept-release'])(
  'one that dies at %s is gone on with by the next',
  { timeout: 60_000 },
  async (point) => {
    const [mine, others] = [keepFor('s1'), keepFor('s2')];
    const over = { ...waiting(later), 'evt.run.r2': [completed] };
    const env = { PATH: process.env['PATH'], BENCHBUS_CRASH_AT: point };
    const args = [RELEASE, dir, 's1', JSON.stringify(over)];
    expect(spawnSync(process.execPath, args, { env, encoding: 'utf8' })).toMatchObject({ signal: 'SIGKILL' });
    // Whole, or not there: half a copy never bears its name.
    expect(existsSync(join(mine, 'copy/kept.json'))).toBe(/release|remove/.test(point) && point.startsWith('before'));
    expect(existsSync(mine)).toBe(existsSync(join(mine, 'copy/kept.json')));
    await releaseKept(host(over), 's1');
    expect(readdirSync(keptRoot(dir, 'i'))).toEqual(['s2']);
    expect(existsSync(join(others, 'copy/kept.json'))).toBe(true);
  },
);

it('an engine that is away keeps nobody from the folders', async () => {
  const away = { list: () => Promise.reject(new Error('no engine')) };
  const folder = keepFor('nobody');
  const both = new KeptStores([away, new KeptFolders(dir, 'i')], silent);
  expect(await sweepKept(host({}, both), false)).toMatchObject([{ kind: 'folder', outcome: 'removed' }]);
  expect(existsSync(folder)).toBe(false);
});

const lacks = await whyNoDocker();
describe.skipIf(lacks !== undefined)(`volumes of an engine${lacks === undefined ? '' : ` (${lacks})`}`, () => {
  const engine = testEngine();
  const { docker } = engine;
  const installation = `t-${randomBytes(4).toString('hex')}`;
  const made: string[] = [];
  const store = new KeptStores([new KeptVolumes(engine, installation)], silent);
  afterAll(async () => {
    for (const name of made) if (await isThere(name)) await docker.getVolume(name).remove();
  });

  const volume = async (Name: string, Labels: Record<string, string>): Promise<string> => {
    made.push(Name);
    await docker.createVolume({ Name, Labels });
    return Name;
  };
  const keep = (suite: string, whose = installation) => {
    const of = { installation: whose, suite, copy: randomBytes(4).toString('hex'), incarnation: 'log' };
    return volume(keptVolumeName(of), keptLabels(of));
  };
  const isThere = async (name: string) =>
    ((await docker.listVolumes()).Volumes ?? []).some((found) => found.Name === name);

  it('go with the last run of their suite, or with its lease, by the janitor, who shows them first', async () => {
    const [mine, second, others] = [await keep('s1'), await keep('s1'), await keep('s1', `${installation}x`)];
    // A node's volume, and one of our name and no label, are no copies.
    const owner = { installation, runId: 's1', fence: { incarnation: 'log', sequence: 1 } };
    const foreign = [await volume(`${mine}-node`, labelsFor(owner, 'pg')), await volume(`${mine}-x`, {}), others];
    expect(await sweepKept(host(waiting(later), store), false)).toEqual([]);
    await releaseKept(host(waiting(later), store), 's1');
    const expired = host(waiting(at(1)), store);
    const found = [mine, second].sort().map((name) => ({
      ...{ kind: 'volume', what: `kept data of suite s1: volume ${name}` },
      why: `its lease expired at ${at(1)}`,
    }));
    const report = async (dryRun: boolean) =>
      (await sweepKept(expired, dryRun)).sort((a, b) => (a.what < b.what ? -1 : 1));
    expect(await report(true)).toEqual(found.map((one) => ({ ...one, outcome: 'would be removed' })));
    expect(await isThere(mine)).toBe(true);
    expect(await report(false)).toEqual(found.map((one) => ({ ...one, outcome: 'removed' })));

    const last = await keep('s1');
    await releaseKept(host({ ...waiting(later), 'evt.run.r2': [completed] }, store), 's1');
    expect(await Promise.all([mine, second, last].map(isThere))).toEqual([false, false, false]);
    expect(await Promise.all(foreign.map(isThere))).toEqual([true, true, true]);
  });

  it('that a container copies from stay, and are reported as left', async () => {
    const name = await keep('nobody');
    const reader = await docker.createContainer({ Image: DATABASE_IMAGE, HostConfig: { Binds: [`${name}:/kept`] } });
    try {
      expect(await sweepKept(host({}, store), false)).toMatchObject([
        { outcome: 'left', problem: { code: 'DOCKER_REFUSED' } },
      ]);
    } finally {
      await reader.remove({ v: true });
    }
    expect(await sweepKept(host({}, store), false)).toMatchObject([{ outcome: 'removed' }]);
  });
});
