import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyRecorded } from '@benchbus/events';
import { keptOfSuite, keptRoot } from '@benchbus/service';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeptFolders } from '../local/kept-folders.ts';
import { at, planned, recorded } from '../testing/history.ts';
import { releaseKept, sweepKept } from './release-kept.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
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

function host(histories: Readonly<Record<string, readonly AnyRecorded[]>>) {
  const log = { read: (subject: string) => Promise.resolve(histories[subject] ?? []) };
  return { bus: { log }, logger: silent, kept: new KeptFolders(dir, 'i') } as never;
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
