import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EventBus } from '@benchbus/events';
import { BenchbusError, nodeAccess } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { databasePassword, installationKeyFile, readInstallationKey } from '@benchbus/service';
import { exampleHardware } from '@benchbus/suites/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeployedNode } from '../domain/find-node.ts';
import { openNode } from './open-node.ts';

let root = '';
let bus: EventBus;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bb-open-node-'));
  bus = createMemoryBus();
});
afterEach(async () => {
  await bus.close();
  rmSync(root, { recursive: true, force: true });
});

const HOST = 'host-1';
const node = {
  name: 'pg',
  purpose: 'database' as const,
  address: '127.64.1.4',
  hardware: exampleHardware(),
  processes: [],
};
const where: DeployedNode = {
  runId: 'r1',
  suiteId: 's1',
  target: 'local',
  hostId: HOST,
  node,
  plan: { nodes: [node], connection: { host: node.address, port: 5432, user: 'postgres', database: 'postgres' } },
};

/** A host that answers; `hostId` is what this machine's state folder says. */
async function host({ hostId = HOST, key = true } = {}): Promise<void> {
  const stateDir = join(root, 'state');
  mkdirSync(dirname(installationKeyFile(stateDir)), { recursive: true });
  writeFileSync(join(stateDir, 'host-id'), `${hostId}\n`);
  if (key) writeFileSync(installationKeyFile(stateDir), `${'ab'.repeat(32)}\n`);
  const dir = join(root, 'node');
  mkdirSync(dir);
  const { uid = 0, gid = 0 } = { uid: process.getuid?.(), gid: process.getgid?.() };
  const answer = { dir, stateDir, postgresBin: '/pg/bin', user: { name: 'me', uid, gid } };
  await bus.questions.answer(nodeAccess(HOST), async () => answer);
}
const code = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof BenchbusError ? error.code : String(error)),
  );

describe('openNode', () => {
  it('gives folder, programs and the derived password of a node of this machine', async () => {
    await host();
    const password = databasePassword(readInstallationKey(join(root, 'state')), 'r1');
    expect(await openNode(bus, where)).toEqual({
      dir: join(root, 'node'),
      start: join(root, 'node'),
      postgresBin: '/pg/bin',
      password,
      user: undefined,
    });
  });
  it('says why it cannot', async () => {
    expect(await code(openNode(bus, { ...where, target: 'docker' }))).toBe('TARGET_CANNOT');
    expect(await code(openNode(bus, where))).toBe('HOST_UNREACHABLE');
    await host({ hostId: 'host-2' });
    const elsewhere = openNode(bus, where);
    expect(await code(elsewhere)).toBe('HOST_ELSEWHERE');
    await expect(elsewhere).rejects.toThrow(HOST);
  });
  it('is refused to who cannot read the key of the installation', async () => {
    await host({ key: false });
    expect(await code(openNode(bus, where))).toBe('NODE_FORBIDDEN');
  });
});
