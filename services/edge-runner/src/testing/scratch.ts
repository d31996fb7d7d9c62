import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLocked, untilUnlocked } from '@benchbus/processes';
import { freePort } from '@benchbus/service/testing';
import type { Connection } from '@benchbus/suites';
import { findBinaries, serverFiles, type ServerSpec } from '../runtime/postgres/index.ts';
import { stopServer } from '../runtime/postgres/stop.ts';
import { resolveLocalUser } from '../runtime/process/local-user.ts';

/** A node's folder for one test; its server is stopped (immediately, so that no shared memory stays) and all of it removed. */
export async function scratchNode() {
  const dir = await mkdtemp(join(tmpdir(), 'benchbus-edge-'));
  // As the provisioner does: the unprivileged user has to get through.
  await chmod(dir, 0o711);
  return {
    dir,
    dispose: async () => {
      const files = serverFiles(dir);
      const patience = AbortSignal.timeout(20_000);
      // A killed runner's initdb goes on for a moment.
      if (await isLocked(files.initdbLock)) await untilUnlocked(files.initdbLock, patience);
      await stopServer(files, patience);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const byte = () => 1 + Math.floor(Math.random() * 250);
/** A loopback address and port of this test's own, outside the local target's 127.64.0.0/10. */
export async function ownAddress(): Promise<{ address: string; port: number }> {
  const address = `127.200.${byte()}.${byte()}`;
  return { address, port: await freePort(address) };
}

export const PASSWORD = "it's a \\secret";

export async function serverSpec(
  nodeDir: string,
  settings: Readonly<Record<string, string>> = {},
  database = 'bench',
): Promise<ServerSpec> {
  const { address, port } = await ownAddress();
  const connection: Connection = { host: address, port, user: 'bench', database };
  return {
    bin: await findBinaries({ version: 'installed', programs: ['postgres', 'initdb', 'psql'] }),
    files: serverFiles(nodeDir),
    conf: { address, port, settings: { fsync: 'off', shared_buffers: '16MB', ...settings } },
    connection,
    password: PASSWORD,
    user: await resolveLocalUser(undefined),
    attempt: 1,
    labels: { BENCHBUS_RUN: 'test', BENCHBUS_NODE: 'pg', BENCHBUS_INSTALLATION: 'test' },
    mayCreate: () => Promise.resolve(),
  };
}

/** Names in /dev/shm now. */
export const sharedMemory = async (): Promise<string[]> => readdir('/dev/shm').catch(() => []);
