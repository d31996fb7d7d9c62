import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { destroyNode } from './destroy-node.ts';
import { makeNodeFolder } from './node-folder.ts';

let localDir: string;
let installation: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  localDir = mkdtempSync(join(tmpdir(), 'benchbus-destroy-'));
  installation = `t-${randomBytes(4).toString('hex')}`;
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(localDir, { recursive: true, force: true });
});

/** A process of the node that is up, with something in its arguments that is nobody's business. */
async function labelled(program: string): Promise<number> {
  const env = { BENCHBUS_INSTALLATION: installation, BENCHBUS_RUN: 'r1', BENCHBUS_NODE: 'load' };
  const script = `${program}; setInterval(() => {}, 1000); console.log('up');`;
  const child = spawn(process.execPath, ['-e', script, 'token=secret'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

it('names what the regular stop left, by executable and pid only; what just ended is not named', async () => {
  const dir = makeNodeFolder(localDir, {
    installation,
    run: 'r1',
    node: 'load',
    address: '127.64.1.4',
    fence: { incarnation: 'x', sequence: 1 },
    leaseExpiresAt: '2030-01-01T00:00:00Z',
    suite: 's1',
  });
  await labelled('0');
  const stubborn = await labelled("process.on('SIGTERM', () => {})");
  const reclaimed = await destroyNode({ installation, localDir }, 'r1', 'load', 1_000);
  expect(reclaimed).toEqual([`process ${stubborn} (node)`]);
  expect(existsSync(dir)).toBe(false);
  expect(await destroyNode({ installation, localDir }, 'r1', 'load', 1_000)).toEqual([]);
});
