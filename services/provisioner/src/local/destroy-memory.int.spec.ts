import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapsOf } from '@benchbus/processes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listedNames, shmExists, sysvSegments } from '../adapters/shared-memory.ts';
import { destroyNode } from './destroy-node.ts';
import { localUser } from './local-user.ts';
import { makeNodeFolder } from './node-folder.ts';
import { nodeProcesses } from './node-processes.ts';

const BIN = '/usr/lib/postgresql/15/bin';
const user = localUser(undefined);
const asUser = user ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : [];
let root: string;
let localDir: string;
let installation: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'benchbus-memory-'));
  chmodSync(root, 0o711);
  localDir = join(root, 'local');
  mkdirSync(localDir);
  installation = `t-${randomBytes(4).toString('hex')}`;
  children = [];
});
afterEach(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.stdin?.end();
  await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  rmSync(root, { recursive: true, force: true });
});

const labels = () => ({
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  BENCHBUS_INSTALLATION: installation,
  BENCHBUS_RUN: 'r1',
  BENCHBUS_NODE: 'pg',
});
const node = () =>
  makeNodeFolder(localDir, {
    installation,
    run: 'r1',
    node: 'pg',
    address: '127.64.1.4',
    fence: { incarnation: 'x', sequence: 1 },
    leaseExpiresAt: '2030-01-01T00:00:00Z',
    suite: 's1',
  });
const destroy = () => destroyNode({ installation, localDir }, 'r1', 'pg', 20_000);
const processes = () => nodeProcesses({ installation, localDir }, 'r1', 'pg');

/** A data folder in `dir`. */
function initdb(dir: string): string {
  const data = join(dir, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user) chownSync(data, user.uid, user.gid);
  const [program = '', ...args] = [...asUser, join(BIN, 'initdb'), '-D', data, '-N', '-U', 'bench', '--auth=trust'];
  execFileSync(program, args, { cwd: '/', stdio: 'ignore' });
  return data;
}

/** The command of a server as initdb starts it: without a postmaster, for as long as its standard input is open. */
const single = (data: string) => [...asUser, join(BIN, 'postgres'), '--single', '-D', data, 'postgres'];

interface Held {
  readonly files: readonly string[];
  readonly segments: readonly string[];
}

/** What is in a text of /proc/<pid>/maps. */
const heldIn = (maps: string): Held => ({
  files: [...new Set([...maps.matchAll(/\/dev\/shm\/(PostgreSQL\.\d+)/g)].map(([, name]) => name ?? ''))],
  segments: [...maps.matchAll(/ (\d+) +\/SYSV/g)].map(([, id]) => id ?? ''),
});

const existing = ({ files, segments }: Held): string[] => [
  ...files.filter(shmExists),
  ...sysvSegments().flatMap(({ id }) => (segments.includes(id) ? [id] : [])),
];

/** Such a server that is up, and what it holds. */
async function startSingle(data: string, env: NodeJS.ProcessEnv = labels()) {
  const [program = '', ...args] = single(data);
  const child = spawn(program, args, { env, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  children.push(child);
  await once(child.stdout, 'data'); // its prompt
  const pid = child.pid ?? -1;
  return { child, pid, held: heldIn(mapsOf(pid)), exited };
}

describe('shared memory of a node that is destroyed', () => {
  it('is removed also when it was made while the node was being stopped', async () => {
    const data = initdb(node());
    const mapsFile = join(root, 'maps');
    // A runner at whose end a server is started that stands still, so that it does not end by itself.
    const script = `
      const { spawn } = require('node:child_process');
      const { readFileSync, writeFileSync } = require('node:fs');
      process.on('SIGTERM', () => {
        const [program, ...args] = process.argv.slice(1);
        const server = spawn(program, args, { cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
        server.stdout.once('data', () => {
          process.kill(server.pid, 'SIGSTOP');
          writeFileSync('${mapsFile}', readFileSync('/proc/' + server.pid + '/maps'));
          process.exit();
        });
      });
      console.log('up');
      setInterval(() => {}, 1000);`;
    const runner = spawn(process.execPath, ['-e', script, ...single(data)], {
      env: labels(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(runner);
    await once(runner.stdout, 'data');
    await destroy();
    const held = heldIn(readFileSync(mapsFile, 'utf8'));
    expect(held.files).not.toEqual([]);
    expect(held.segments).toHaveLength(1);
    expect(existing(held)).toEqual([]);
    expect(processes()).toEqual([]);
  });

  it('is removed when the server was killed, also what its control segment alone tells', async () => {
    const dir = node();
    const { pid, held, exited } = await startSingle(initdb(dir));
    const control = held.files.filter((name) => listedNames(name).length > 0);
    expect(control).toHaveLength(1);
    expect(listedNames(control[0] ?? '').length).toBeGreaterThan(0);
    writeFileSync(join(dir, 'shm.json'), JSON.stringify(control));
    process.kill(pid, 'SIGKILL');
    await exited;
    expect(existing(held)).not.toEqual([]);
    expect(await destroy()).toEqual(expect.arrayContaining(held.files.map((name) => `/dev/shm/${name}`)));
    expect(existing(held)).toEqual([]);
  });

  it('of another server stays, whatever the folder of the node says of it', async () => {
    const foreign = await startSingle(initdb(root), { PATH: process.env['PATH'], LC_ALL: 'C' });
    const dir = node();
    mkdirSync(join(dir, 'data'));
    copyFileSync(join(root, 'data/postmaster.pid'), join(dir, 'data/postmaster.pid'));
    writeFileSync(join(dir, 'shm.json'), JSON.stringify(foreign.held.files));
    const before = existing(foreign.held);
    expect(await destroy()).toEqual([]);
    expect(existing(foreign.held)).toEqual(before);
    foreign.child.stdin.end();
    expect(await foreign.exited).toEqual([0, null]);
    expect(existing(foreign.held)).toEqual([]);
  });
});
