import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLocked, LOCK_BUSY, lockHolder, untilUnlocked } from './lock.ts';
import { signalProcess } from './signal.ts';
import { FOREVER, children } from './testing/children.ts';

const mine = children();
let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'benchbus-lock-'));
  file = join(folder, 'the.lock');
});
afterEach(async () => {
  await mine.end();
  await rm(folder, { recursive: true, force: true });
});

const holder = () => mine.start('flock', ['--no-fork', file, 'sh', ...FOREVER]);

describe('a lock file', () => {
  it('that nobody holds, or that is not there, is free', async () => {
    expect(await isLocked(file)).toBe(false);
    expect(lockHolder(file)).toBeUndefined();
    await untilUnlocked(file); // makes it
    expect(await isLocked(file)).toBe(false);
    expect(lockHolder(file)).toBeUndefined();
  });

  it('is held by the process that was started under it, until it is killed', async () => {
    const { id } = await holder();
    expect(await isLocked(file)).toBe(true);
    expect(lockHolder(file)).toBe(id.pid);
    const free = Promise.all([untilUnlocked(file), untilUnlocked(file, AbortSignal.timeout(20_000))]);
    signalProcess(id, 'SIGKILL');
    await free;
    expect(await isLocked(file)).toBe(false);
    expect(lockHolder(file)).toBeUndefined();
  });

  it('lets no second holder in', async () => {
    const { id } = await holder();
    expect(spawnSync('flock', ['-n', '-E', String(LOCK_BUSY), file, 'true']).status).toBe(LOCK_BUSY);
    expect(lockHolder(file)).toBe(id.pid);
  });

  it('is waited for as long as the signal allows', async () => {
    const { id } = await holder();
    const stop = new AbortController();
    const waiting = untilUnlocked(file, stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(untilUnlocked(file, stop.signal)).rejects.toThrow('enough');
    expect(lockHolder(file)).toBe(id.pid);
  });

  it('that cannot be opened is an error', async () => {
    await expect(untilUnlocked(join(folder, 'no/such/folder'))).rejects.toMatchObject({ code: 'LOCK_UNREADABLE' });
  });
});
