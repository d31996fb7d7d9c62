import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchNode, serverSpec, sharedMemory } from '../../testing/scratch.ts';
import { findBinaries } from './binaries.ts';
import { psql } from './psql.ts';
import { setUpServer } from './set-up.ts';
import { parsePidFile } from './start.ts';
import { stopServer } from './stop.ts';

const { signal } = new AbortController();

describe('a real PostgreSQL', () => {
  let node: Awaited<ReturnType<typeof scratchNode>>;
  beforeEach(async () => {
    node = await scratchNode();
  });
  afterEach(() => node.dispose());

  const pid = async () => parsePidFile(await readFile(join(node.dir, 'postgres/data/postmaster.pid'), 'utf8')).pid;

  it('runs with the settings that were asked for, and says so itself', async () => {
    const settings = { work_mem: '8192kB', 'benchbus.note': "it's \\here", max_connections: '33' };
    const spec = await serverSpec(node.dir, settings);
    const { serverVersion, proven } = await setUpServer(spec, signal);
    expect(serverVersion).toMatch(/^\d+\.\d+/);
    expect(proven).toMatchObject({
      answersQuery: true,
      dataChecksums: false,
      locale: 'C.UTF-8',
      'setting.work_mem': '8MB',
      'setting.benchbus.note': "it's \\here",
      'setting.max_connections': '33',
    });
    const environ = await readFile(`/proc/${await pid()}/environ`, 'utf8');
    expect(environ).toContain('BENCHBUS_RUN=test');
    expect(await readFile(`/proc/${await pid()}/limits`, 'utf8')).toMatch(/Max open files\s+20000/);
    await expect(stat(spec.files.passwordFile)).rejects.toThrow(/ENOENT/);
  });

  it('lets nobody in without the password', async () => {
    const spec = await serverSpec(node.dir);
    await setUpServer(spec, signal);
    await expect(psql({ ...spec, password: 'wrong' }, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('is found running by a second set-up of the same attempt, and made anew by the next attempt', async () => {
    const spec = await serverSpec(node.dir);
    await setUpServer(spec, signal);
    await psql(spec, 'CREATE TABLE here ()');
    const first = await pid();
    await setUpServer(spec, signal);
    expect(await pid()).toBe(first);
    await setUpServer({ ...spec, attempt: 2 }, signal);
    expect(await pid()).not.toBe(first);
    expect(await psql(spec, "SELECT to_regclass('here') IS NULL")).toBe('t');
  });

  it('is made anew over what a crashed initdb left', async () => {
    const spec = await serverSpec(node.dir);
    await mkdir(join(spec.files.data, 'base'), { recursive: true });
    await writeFile(join(spec.files.data, 'PG_VERSION'), '15\n');
    await expect(setUpServer(spec, signal)).resolves.toMatchObject({ proven: { answersQuery: true } });
  });

  it('tells what shared memory it holds, and leaves none when it is stopped', async () => {
    const spec = await serverSpec(node.dir);
    await setUpServer(spec, signal);
    const names = JSON.parse(await readFile(spec.files.shm, 'utf8')) as string[];
    expect(names.length).toBeGreaterThan(0);
    expect(await sharedMemory()).toEqual(expect.arrayContaining(names));
    await stopServer(spec.files, signal);
    expect((await sharedMemory()).filter((name) => names.includes(name))).toEqual([]);
  });

  it('that refuses a setting fails with its own words', async () => {
    const spec = await serverSpec(node.dir, { work_mem: 'plenty' });
    await expect(setUpServer(spec, signal)).rejects.toMatchObject({
      code: 'DATABASE_START_FAILED',
      message: expect.stringMatching(/invalid value for parameter "work_mem": "plenty"/) as string,
    });
  });

  it('does not take a setting it does not know', async () => {
    const spec = await serverSpec(node.dir, { no_such_setting: '1' });
    await expect(setUpServer(spec, signal)).rejects.toMatchObject({
      code: 'DATABASE_START_FAILED',
      message: expect.stringMatching(/unrecognized configuration parameter "no_such_setting"/) as string,
    });
  });

  it('may not decide where to listen', async () => {
    const spec = await serverSpec(node.dir, { listen_addresses: '*' });
    await expect(setUpServer(spec, signal)).rejects.toMatchObject({ code: 'DATABASE_SETTING_RESERVED' });
  });

  it.each(['0.0.0.0', '::'])('whose port is taken by a listener on %s names that process', async (wildcard) => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, wildcard, resolve));
    try {
      const spec = await serverSpec(node.dir);
      const conf = { ...spec.conf, port: (server.address() as AddressInfo).port };
      await expect(setUpServer({ ...spec, conf }, signal)).rejects.toMatchObject({
        code: 'ADDRESS_IN_USE',
        message: expect.stringContaining(`process ${process.pid} `) as string,
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('is not created once that is forbidden', async () => {
    const spec = await serverSpec(node.dir);
    const mayCreate = () => Promise.reject(new Error('the run is over'));
    await expect(setUpServer({ ...spec, mayCreate }, signal)).rejects.toThrow('the run is over');
    await expect(stat(spec.files.data)).rejects.toThrow(/ENOENT/);
  });
});

describe('binaries', () => {
  it('of a version that is not installed are named with their package', async () => {
    await expect(findBinaries({ version: '18', programs: ['postgres'], root: '/nowhere' })).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      hint: expect.stringContaining('postgresql-18') as string,
    });
  });

  it('are found on the PATH', async () => {
    await expect(
      findBinaries({ version: 'installed', programs: ['sh'], root: '/nowhere', path: '/nowhere:/bin' }),
    ).resolves.toBe('/bin');
  });
});
