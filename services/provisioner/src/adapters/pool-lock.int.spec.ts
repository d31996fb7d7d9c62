import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootId } from '@benchbus/processes';
import { startChild } from '@benchbus/service/testing';
import type { Child } from '@benchbus/service/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCAL_POOLS } from '../domain/local-pool.ts';
import type { PoolClaim } from '../domain/local-pool.ts';
import { makeRunFolder } from '../local/run-folder.ts';
import { takePool } from './pool-lock.ts';

const PROGRAM = fileURLToPath(new URL('../testing/take-pool.ts', import.meta.url));
let root: string;
let locksDir: string;
const children: Child[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'benchbus-locks-'));
  locksDir = join(root, 'locks');
});
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.process.exitCode === null && child.process.signalCode === null) await child.stop('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

async function take(installation: string, env: Record<string, string> = {}): Promise<{ child: Child; said: string }> {
  const localDir = join(root, `local-${installation}`);
  mkdirSync(localDir, { recursive: true });
  const child = startChild(process.execPath, [PROGRAM, locksDir, installation, localDir], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  children.push(child);
  const said = await child.line((line) => (/^(took|refused)/.test(line) ? line : undefined), installation);
  return { child, said };
}

const fileOf = (cidr: string) => join(locksDir, `${cidr.replace('/', '_')}.json`);

describe('the loopback pools of a machine', () => {
  it('racing processes never share one; of one installation only one gets any', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'same', 'same', 'same'];
    const results = await Promise.all(names.map((name) => take(name)));
    const took = results.map(({ said }) => said).filter((said) => said.startsWith('took'));
    expect(took).toHaveLength(7);
    expect(new Set(took).size).toBe(7);
    expect(results.filter(({ said }) => said === 'refused INSTALLATION_RUNNING')).toHaveLength(2);
    expect(statSync(locksDir).mode & 0o7777).toBe(0o1777);
    const claim = JSON.parse(readFileSync(fileOf('127.64.0.0/16'), 'utf8')) as PoolClaim;
    expect(claim).toMatchObject({ cidr: '127.64.0.0/16', bootId: bootId() });
    expect(results.map(({ child }) => child.pid)).toContain(claim.pid);
  });

  it.each(['before.pool-claim', 'after.pool-claim'])('one that is killed at %s blocks nobody', async (point) => {
    await expect(take('one', { BENCHBUS_CRASH_AT: point })).rejects.toThrow('SIGKILL');
    const [other, one] = await Promise.all([take('two'), take('one')]);
    expect([other.said, one.said].every((said) => said.startsWith('took'))).toBe(true);
    expect(one.said).not.toBe(other.said);
  });

  it('a killed installation gets its own pool again; a stopped one gives it back', async () => {
    const [first, second] = [await take('one'), await take('two')];
    await first.child.stop('SIGKILL');
    expect((await take('three')).said).not.toBe(first.said);
    const again = await take('one');
    expect(again.said).toBe(first.said);
    await second.child.stop('SIGTERM');
    expect((await take('four')).said).toBe(second.said);
  });

  it('when all are claimed a stale one is taken, but not one whose owner has nodes left', async () => {
    mkdirSync(locksDir, { mode: 0o1777 });
    const claim = (cidr: string, index: number): PoolClaim => ({
      cidr,
      installation: `old-${index}`,
      pid: 2 ** 22 + 1, // above the largest pid there can be
      startTime: '1',
      bootId: bootId(),
      localDir: join(root, `old-${index}`),
      claimedAt: new Date(0).toISOString(),
    });
    for (const index of LOCAL_POOLS.keys()) {
      mkdirSync(join(root, `old-${index}`));
      if (index === 40) continue;
      makeRunFolder(join(root, `old-${index}`), `old-${index}`, 'r1');
      mkdirSync(join(root, `old-${index}`, 'r1', 'pg'));
    }
    for (const [index, cidr] of LOCAL_POOLS.entries()) writeFileSync(fileOf(cidr), JSON.stringify(claim(cidr, index)));
    const options = { locksDir, localDir: root };
    const lock = await takePool({ ...options, installation: 'new' });
    expect(lock.cidr).toBe(LOCAL_POOLS[40]);
    await expect(takePool({ ...options, installation: 'newer' })).rejects.toMatchObject({
      code: 'LOCAL_POOLS_EXHAUSTED',
    });
    expect((await takePool({ ...options, installation: 'old-7' })).cidr).toBe(LOCAL_POOLS[7]);
    await lock.release();
    expect(readdirSync(locksDir)).not.toContain('127.104.0.0_16.json');
  });

  const open = (dir: string) => takePool({ locksDir: dir, installation: 'one', localDir: root });
  it('LOCAL_LOCKS_UNSAFE for a link, a file, and a folder where others may remove what we claim', async () => {
    mkdirSync(locksDir);
    const [link, dangling, file] = ['link', 'dangling', 'file'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    symlinkSync(locksDir, link);
    symlinkSync(join(root, 'nowhere'), dangling);
    writeFileSync(file, '');
    for (const dir of [link, dangling, file])
      await expect(open(dir)).rejects.toMatchObject({ code: 'LOCAL_LOCKS_UNSAFE' });
    chmodSync(locksDir, 0o777);
    await expect(open(locksDir)).rejects.toThrow('not sticky');
    chmodSync(locksDir, 0o1777);
    await (await open(locksDir)).release();
    expect(readdirSync(locksDir)).toEqual([]);
  });
});
