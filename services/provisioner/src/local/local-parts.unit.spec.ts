import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EDGE_PROTOCOL } from '@benchbus/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostId } from '../adapters/host-id.ts';
import { databasePassword } from '@benchbus/service';
import { installationKey } from '../adapters/installation-key.ts';
import { provisionerConfig } from '../config.ts';
import { checkLocalDir } from './local-dir.ts';
import { makeNodeFolder, nodeFolders, readLabel, sameFence } from './node-folder.ts';
import type { NodeLabel } from './node-folder.ts';
import { postmasters } from './node-memory.ts';
import { occupiedBlocks } from './occupied-blocks.ts';
import { makeRunFolder, removeRunFolder, runFolders, trashFolders } from './run-folder.ts';
import { runnerEnvironment } from './runner-environment.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'benchbus-parts-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fresh = (name: string) => {
  const dir = join(root, name);
  mkdirSync(dir);
  return dir;
};
const label: NodeLabel = {
  installation: 'i1',
  run: 'r1',
  node: 'pg',
  address: '127.64.1.4',
  fence: { incarnation: 'x', sequence: 3 },
  leaseExpiresAt: '2026-01-01T00:00:00Z',
  suite: 's1',
};

describe('identity', () => {
  it('the host id stays, unless the state folder came from another machine', () => {
    const dir = fresh('state');
    const id = hostId(dir, 'aaaaaa');
    expect(id).toMatch(/^host-[0-9a-f]{12}-aaaaaa$/);
    expect(hostId(dir, 'aaaaaa')).toBe(id);
    expect(hostId(dir, 'bbbbbb')).not.toBe(id);
  });
  it('passwords are derived per run from a secret that only the owner can read', () => {
    const dir = fresh('secret');
    const key = installationKey(dir);
    expect(statSync(join(dir, 'secrets', 'installation.key')).mode & 0o777).toBe(0o600);
    expect(installationKey(dir)).toEqual(key);
    expect(databasePassword(key, 'r1')).toMatch(/^[0-9a-f]{64}$/);
    expect(databasePassword(key, 'r1')).not.toBe(databasePassword(key, 'r2'));
  });
});

describe('folders', () => {
  it('are this installation’s only with its marker, and are traversable but not listable', async () => {
    const dir = fresh('nodes');
    mkdirSync(join(dir, 'r2', 'pg'), { recursive: true });
    makeRunFolder(dir, 'i2', 'r3');
    const made = makeNodeFolder(dir, label);
    expect(statSync(made).mode & 0o777).toBe(0o711);
    expect(nodeFolders(dir, 'i1').map(({ runId, node }) => `${runId}/${node}`)).toEqual(['r1/pg']);
    expect(readLabel(made)).toEqual(label);
    expect(sameFence(readLabel(made)?.fence, label.fence)).toBe(true);
    await removeRunFolder(dir, 'i1', 'r2');
    await removeRunFolder(dir, 'i1', 'r3');
    await removeRunFolder(dir, 'i1', 'r1');
    expect([runFolders(dir, 'i1'), runFolders(dir, 'i2'), trashFolders(dir, 'i1')]).toEqual([[], ['r3'], []]);
    expect(statSync(join(dir, 'r2', 'pg')).isDirectory()).toBe(true);
  });
  it('a folder of another owner of that name is not taken over', () => {
    const dir = fresh('taken');
    mkdirSync(join(dir, 'r1', 'x'), { recursive: true });
    expect(() => makeRunFolder(dir, 'i1', 'r1')).toThrow(/not a folder of this installation/);
    expect(trashFolders(dir, 'i1')).toEqual([]);
  });
  it('broken labels and pid files are no labels', () => {
    const dir = makeNodeFolder(fresh('broken'), label);
    writeFileSync(join(dir, 'node.json'), '{');
    expect(readLabel(dir)).toBeUndefined();
    mkdirSync(join(dir, 'data'));
    writeFileSync(join(dir, 'data', 'postmaster.pid'), '123\n/d\n1\n5432\n\n127.0.0.1\n  5432001   32768\nready\n');
    expect(postmasters(dir)).toEqual([{ pid: 123, segment: { key: '5432001', id: '32768' } }]);
  });
  it('LOCAL_DIR_UNUSABLE for a link, a file, and a folder of another user', () => {
    const dir = fresh('links');
    symlinkSync(dir, join(root, 'link'));
    writeFileSync(join(root, 'file'), '');
    expect(checkLocalDir(join(root, 'link'), undefined)).toMatchObject({ code: 'LOCAL_DIR_UNUSABLE' });
    expect(checkLocalDir(join(root, 'file', 'x'), undefined)).toMatchObject({ code: 'LOCAL_DIR_UNUSABLE' });
    expect(checkLocalDir(dir, undefined)).toBeUndefined();
    chmodSync(dir, 0o711);
  });
});

describe('what a runner gets', () => {
  it('connections and labels, not our other secrets', () => {
    const own = {
      PATH: '/bin',
      HATCHET_CLIENT_TOKEN: 't',
      HATCHET_CLIENT_NAMESPACE: 'n',
      HATCHET_CLIENT_TLS_ROOT_CA_FILE: 'ca.pem',
      HATCHET_CLIENT_WORKER_HEALTHCHECK_ENABLED: 'true',
      AWS_SECRET_ACCESS_KEY: 's',
      BENCHBUS_STATE_DIR: '/s',
      BENCHBUS_HEALTH_PORT: '1',
      NATS_CA_FILE: 'nats-ca.pem',
    };
    const credentials = { BENCHBUS_CREDENTIAL_REWIND: 'w' };
    const identity = { label, dir: '/d', databasePassword: 'p', credentials };
    const env = runnerEnvironment(own, { NATS_URL: 'nats://x' }, identity);
    expect(env).toEqual({
      PATH: '/bin',
      HATCHET_CLIENT_TOKEN: 't',
      HATCHET_CLIENT_NAMESPACE: 'n',
      HATCHET_CLIENT_TLS_ROOT_CA_FILE: join(process.cwd(), 'ca.pem'),
      NATS_CA_FILE: join(process.cwd(), 'nats-ca.pem'),
      NATS_URL: 'nats://x',
      BENCHBUS_EDGE_PROTOCOL: EDGE_PROTOCOL,
      BENCHBUS_INSTALLATION: 'i1',
      BENCHBUS_RUN: 'r1',
      BENCHBUS_NODE: 'pg',
      BENCHBUS_SUITE: 's1',
      BENCHBUS_FENCE: 'x:3',
      BENCHBUS_NODE_DIR: '/d',
      BENCHBUS_DB_PASSWORD: 'p',
      BENCHBUS_CREDENTIAL_REWIND: 'w',
    });
  });
  it('a command is a JSON array, or the service does not start', () => {
    const parse = (text: string) => provisionerConfig.safeParse({ BENCHBUS_EDGE_RUNNER_COMMAND: text });
    expect(parse('["a","b"]').data?.BENCHBUS_EDGE_RUNNER_COMMAND).toEqual(['a', 'b']);
    for (const bad of ['a b', '[]', '{}', '[1]']) expect(parse(bad).success).toBe(false);
  });
  it('blocks with foreign listeners are occupied; our nodes’ are not', () => {
    expect(
      occupiedBlocks(
        '127.70.0.0/16',
        ['127.70.1.4', '127.70.2.9', '127.70.2.10', '127.71.1.1', '0.0.0.0'],
        new Set(['127.70.1.4']),
      ),
    ).toEqual([{ cidr: '127.70.2.0/24', by: 'a listening socket' }]);
  });
});

it('README names every variable of the configuration', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  for (const name of Object.keys(provisionerConfig.shape)) expect(readme).toContain(name);
});
