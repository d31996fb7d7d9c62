import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { bootId, identify, isAlive, labelledProcesses } from '@benchbus/processes';
import { crashPoint } from '@benchbus/service';
import { choosePool, LOCAL_POOLS } from '../domain/local-pool.ts';
import type { ClaimEvidence, PoolClaim, PoolChoice } from '../domain/local-pool.ts';
import { staleClaims } from '../domain/stale-claims.ts';
import { createAtomically, readIfThere, writeAtomically } from './atomic-file.ts';
import { withDirLock } from './dir-lock.ts';
import { nodeFolders } from '../local/node-folder.ts';

/** A claim of this installation on a pool that it does not use. */
export interface StaleLock {
  readonly what: string;
  readonly why: string;
  remove(): Promise<void>;
}

export interface PoolLockOptions {
  /** Machine-wide, shared by all installations and users. */
  readonly locksDir: string;
  readonly installation: string;
  readonly localDir: string;
  /** How long to wait for others that are choosing a pool. Default 10 s. */
  readonly waitMs?: number;
}

export interface PoolLock {
  readonly cidr: string;
  /** Gives the pool back; only when no node is left, or a restart would find other addresses. */
  release(): Promise<void>;
  /** What this installation claims besides, and nobody uses: for the janitor. */
  stale(): readonly StaleLock[];
}

const fileOf = (dir: string, cidr: string) => join(dir, `${cidr.replace('/', '_')}.json`);

/** Why others could lead our claims astray, or take them away; undefined when they cannot. */
function unsafe(dir: string): string | undefined {
  const found = lstatSync(dir);
  if (found.isSymbolicLink()) return 'it is a symbolic link';
  if (!found.isDirectory()) return 'it is not a folder';
  if ((found.mode & 0o1000) !== 0) return undefined;
  if ((found.mode & 0o022) !== 0) return 'others may write there, and it is not sticky';
  return found.uid === 0 || found.uid === process.getuid?.() ? undefined : `it belongs to user ${found.uid}`;
}

/** The path is well known and below /tmp: somebody else may have been there first. */
function openLocksDir(dir: string): void {
  const there = lstatSync(dir, { throwIfNoEntry: false }) !== undefined;
  if (!there && mkdirSync(dir, { recursive: true, mode: 0o755 }) !== undefined) chmodSync(dir, 0o1777); // like /tmp: everybody may claim, nobody may remove another user's claim
  const why = unsafe(dir);
  if (why === undefined) return;
  throw new BenchbusError({
    code: 'LOCAL_LOCKS_UNSAFE',
    message: `${dir}: ${why}`,
    where: 'BENCHBUS_LOCAL_LOCKS_DIR',
    hint: `look at who made it; remove it, or make it a folder of mode 1777 (chmod 1777 ${dir})`,
  });
}

function parseClaim(text: string): PoolClaim | undefined {
  try {
    const value = JSON.parse(text) as Partial<PoolClaim>;
    return typeof value.installation === 'string' && typeof value.pid === 'number' ? (value as PoolClaim) : undefined;
  } catch {
    return undefined; // not ours to understand: nothing speaks for its owner
  }
}

function evidenceOf(claim: PoolClaim | undefined): ClaimEvidence {
  if (claim === undefined) return { ownerAlive: false, labelledProcesses: 0, nodeFolders: 0 };
  return {
    ownerAlive: claim.bootId === bootId() && isAlive(claim),
    labelledProcesses: labelledProcesses(claim.installation).length,
    nodeFolders: nodeFolders(claim.localDir, claim.installation).length,
  };
}

type Claims = Map<string, { claim: PoolClaim | undefined; evidence: ClaimEvidence }>;

function readClaims(dir: string): Claims {
  const names = new Set(readdirSync(dir));
  const claims: Claims = new Map();
  for (const cidr of LOCAL_POOLS) {
    if (!names.has(`${cidr.replace('/', '_')}.json`)) continue;
    const claim = parseClaim(readIfThere(fileOf(dir, cidr)) ?? '');
    claims.set(cidr, { claim, evidence: evidenceOf(claim) });
  }
  return claims;
}

function refuse(choice: Extract<PoolChoice, { take: 'none' }>, options: PoolLockOptions): never {
  if (choice.why === 'running') {
    throw new BenchbusError({
      code: 'INSTALLATION_RUNNING',
      message: `installation ${options.installation} is served by process ${choice.by?.pid} already (${choice.by?.localDir})`,
      where: 'BENCHBUS_INSTALLATION',
      hint: 'stop that provisioner, give this one another BENCHBUS_INSTALLATION, or let it stand by (BENCHBUS_STANDBY_LOOK_MS=1000)',
    });
  }
  throw new BenchbusError({
    code: 'LOCAL_POOLS_EXHAUSTED',
    message: `all ${LOCAL_POOLS.length} loopback networks of 127.64.0.0/10 are in use`,
    where: options.locksDir,
    hint: 'end installations that are not needed; their files in that folder name them',
  });
}

/** Under the folder's lock: still the same claim? A file of another user in a sticky folder stays, and the error says so. */
function removeClaim(dir: string, { cidr, pid, startTime }: PoolClaim): void {
  const now = parseClaim(readIfThere(fileOf(dir, cidr)) ?? '');
  if (now?.pid !== pid || now.startTime !== startTime) return;
  rmSync(fileOf(dir, cidr), { force: true });
}

/** Takes one /16 of 127.64.0.0/10 for this installation: unlike any other's on this machine while it is held. */
export async function takePool(options: PoolLockOptions): Promise<PoolLock> {
  const { locksDir, installation, localDir, waitMs = 10_000 } = options;
  openLocksDir(locksDir);
  const cidr = await withDirLock(locksDir, waitMs, () => {
    const unremovable = new Set<string>();
    const claims = readClaims(locksDir);
    for (;;) {
      const choice = choosePool(installation, claims, unremovable);
      if (choice.take === 'none') return refuse(choice, options);
      if (claim(choice)) return choice.cidr;
      unremovable.add(choice.cidr); // another user's file in a sticky folder
    }
  });

  function claim(choice: Exclude<PoolChoice, { take: 'none' }>): boolean {
    const mine: PoolClaim = {
      cidr: choice.cidr,
      installation,
      pid: process.pid,
      startTime: identify(process.pid)?.startTime ?? '',
      bootId: bootId(),
      localDir,
      claimedAt: new Date().toISOString(),
    };
    const file = fileOf(locksDir, choice.cidr);
    const content = `${JSON.stringify(mine, null, 2)}\n`;
    crashPoint('before.pool-claim');
    try {
      if (choice.take === 'own') writeAtomically(file, content);
      else {
        if (choice.take === 'stale') rmSync(file, { force: true });
        if (!createAtomically(file, content)) throw new Error(`${file} appeared while its folder was locked`);
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (choice.take !== 'free' && (code === 'EPERM' || code === 'EACCES')) return false;
      throw error;
    }
    crashPoint('after.pool-claim');
    return true;
  }

  return {
    cidr,
    stale: () =>
      staleClaims(installation, cidr, readClaims(locksDir)).map((old) => ({
        what: `lock ${fileOf(locksDir, old.cidr)}`,
        why: `process ${old.pid}, which took ${old.cidr} for this installation at ${old.claimedAt}, has ended`,
        remove: () => withDirLock(locksDir, waitMs, () => removeClaim(locksDir, old)),
      })),
    release: () =>
      withDirLock(locksDir, waitMs, () => {
        const file = fileOf(locksDir, cidr);
        const held = parseClaim(readIfThere(file) ?? '');
        if (held?.pid === process.pid && isAlive(held)) rmSync(file, { force: true });
      }),
  };
}
