import { Buffer } from 'node:buffer';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './paths.mjs';
import { findAll } from './run-command.mjs';

const SCRIPT = join(ROOT, 'tools/install-edge-runner.sh');
const ASSET = `benchbus-edge-runner-linux-${process.arch}`;
const hash = (content) => createHash('sha256').update(content).digest('hex');
/** Starts, and says a version: as much as the installer looks at. */
const runner = (version) => Buffer.from(`#!/bin/sh\necho benchbus-edge-runner ${version}\n# ${'x'.repeat(200_000)}\n`);

/** Releases as GitHub's API has them: `assets` name → content; what `cut` names is broken off in the middle. `sizeless`: it says no size. */
async function releaseServer({ tag = 'v1.2.3', assets, cut, sizeless = false }) {
  const seen = [];
  const server = createServer((request, response) => {
    const base = `http://127.0.0.1:${server.address().port}`;
    seen.push(request.headers.authorization);
    if (request.url === '/releases/latest' || request.url === `/releases/tags/${tag}`) {
      const list = Object.keys(assets).map((name) => ({
        name,
        uploader: { login: 'somebody', url: `${base}/users/x` },
        browser_download_url: `${base}/download/${tag}/${name}`,
      }));
      const body = JSON.stringify({
        url: `${base}/releases/1`,
        tag_name: tag,
        assets: list,
        body: 'notes, with "quotes" {}',
      });
      return response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    }
    const name = request.url.replace(`/download/${tag}/`, '');
    const content = assets[name];
    if (content === undefined) return response.writeHead(404).end();
    response.writeHead(200, sizeless ? {} : { 'content-length': content.length });
    if (request.method === 'HEAD') return response.end();
    if (name !== cut) return response.end(content);
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { api: `http://127.0.0.1:${server.address().port}/releases`, seen, close };
}

const good = (version = 'v1.2.3') => {
  const content = runner(version);
  return { [ASSET]: content, [`${ASSET}.sha256`]: Buffer.from(`${hash(content)}  ${ASSET}\n`) };
};

describe('tools/install-edge-runner.sh', () => {
  let folder;
  let server;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchbus-install-'));
  });
  afterEach(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const prefix = () => join(folder, 'prefix');
  const file = () => join(prefix(), 'bin/benchbus-edge-runner');
  /** Runs it with these arguments; the server of releases is asked through its configurable address. */
  const install = (args = ['--no-systemd'], env = {}) =>
    new Promise((resolve, reject) => {
      const all = { PATH: process.env.PATH, BENCHBUS_EDGE_RETRIES: '0', BENCHBUS_EDGE_PREFIX: prefix(), ...env };
      const child = spawn('sh', [SCRIPT, '--api', server.api, ...args], {
        env: all,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk) => (said += chunk));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, said }));
    });

  it('installs the newest release or that of a tag, in place of an older one, and leaves nothing else', async () => {
    server = await releaseServer({ assets: good() });
    expect(await install()).toMatchObject({ code: 0 });
    expect(execFileSync(file(), ['--version'], { encoding: 'utf8' })).toBe('benchbus-edge-runner v1.2.3\n');
    await server.close();
    server = await releaseServer({ tag: 'v2.0.0-rc.1', assets: good('v2') });
    const env = { BENCHBUS_RELEASES_TOKEN: 'a-token' };
    const { code, said } = await install(['--no-systemd', '--tag', 'v2.0.0-rc.1'], env);
    expect(code, said).toBe(0);
    expect(said).toContain('installed benchbus-edge-runner v2');
    expect(readFileSync(file())).toEqual(runner('v2'));
    expect(readdirSync(join(prefix(), 'bin'))).toEqual(['benchbus-edge-runner']);
    expect(new Set(server.seen)).toEqual(new Set(['Bearer a-token']));
    expect(said).not.toContain('a-token');
  });

  const damaged = () => ({ ...good(), [ASSET]: runner('somebody else’s') });
  const without = (name) => Object.fromEntries(Object.entries(good()).filter(([key]) => key !== name));
  it.each([
    ['a file that is not the release’s', () => ({ assets: damaged() }), [], 'CHECKSUM_MISMATCH', 6],
    [
      'a checksum that the caller did not expect',
      () => ({ assets: good() }),
      ['--sha256', 'ab'.repeat(32)],
      'CHECKSUM_MISMATCH',
      6,
    ],
    ['no file for this machine', () => ({ assets: without(ASSET) }), [], 'ASSET_MISSING', 4],
    ['no checksum', () => ({ assets: without(`${ASSET}.sha256`) }), [], 'ASSET_MISSING', 4],
    ['a download that is cut', () => ({ assets: good(), cut: ASSET }), [], 'DOWNLOAD_FAILED', 5],
    ['no such release', () => ({ assets: good() }), ['--tag', 'v9'], 'RELEASE_NOT_FOUND', 4],
    ['a file that does not start', () => ({ assets: unstartable() }), [], 'NOT_RUNNABLE', 8],
    ['a wrong option', () => ({ assets: good() }), ['--tags', 'v9'], 'USAGE', 2],
  ])('installs nothing with %s, says why, and keeps what was there', async (_what, release, args, code, exit) => {
    server = await releaseServer(release());
    const fresh = await install(['--no-systemd', ...args]);
    expect(fresh.said).toMatch(new RegExp(`^${code}: `, 'm'));
    expect(fresh.code).toBe(exit);
    expect(existsSync(prefix())).toBe(false);
    mkdirSync(join(prefix(), 'bin'), { recursive: true });
    writeFileSync(file(), 'the old one');
    expect(await install(['--no-systemd', ...args])).toMatchObject({ code: exit });
    expect(readFileSync(file(), 'utf8')).toBe('the old one');
    expect(readdirSync(join(prefix(), 'bin'))).toEqual(['benchbus-edge-runner']);
  });
  function unstartable() {
    const content = Buffer.from('#!/bin/sh\nexit 1\n');
    return { [ASSET]: content, [`${ASSET}.sha256`]: Buffer.from(`${hash(content)}  ${ASSET}\n`) };
  }

  // They need a file system of their own, and so root, as in CI.
  it.skipIf(process.getuid() !== 0).each([
    ['known before', false, /^NO_SPACE: .* KiB free, .* needs \d+ KiB$/m],
    ['found out', true, /^NO_SPACE: the download did not fit into /m],
  ])('installs nothing where the file does not fit: %s', async (_how, sizeless, message) => {
    server = await releaseServer({ assets: good(), sizeless });
    mkdirSync(prefix());
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeless ? 1100 : 128}k`, 'tmpfs', prefix()], {
      stdio: 'pipe',
    });
    try {
      if (sizeless) writeFileSync(join(prefix(), 'filler'), Buffer.alloc(950_000));
      const before = readdirSync(prefix());
      const { code, said } = await install(['--no-systemd'], sizeless ? { BENCHBUS_EDGE_SPARE_KIB: '0' } : {});
      expect(said).toMatch(message);
      expect(code).toBe(7);
      expect(readdirSync(prefix())).toEqual(before);
    } finally {
      execFileSync('umount', [prefix()]);
    }
  });

  it('writes a unit that systemd restarts, enables it, and undoes all when systemd does not take it', async () => {
    server = await releaseServer({ assets: good() });
    const [bin, units, calls] = [join(folder, 'bin'), join(folder, 'units'), join(folder, 'calls')];
    for (const dir of [bin, units]) mkdirSync(dir);
    const systemctl = join(bin, 'systemctl');
    writeFileSync(systemctl, `#!/bin/sh\necho "$*" >>${calls}\n[ "$1" != "$REFUSE" ] || { echo no bus; exit 1; }\n`);
    chmodSync(systemctl, 0o755);
    const env = { PATH: `${bin}:${process.env.PATH}`, BENCHBUS_EDGE_UNIT_DIR: units };
    const refused = await install([], { ...env, REFUSE: 'enable' });
    expect(refused.said).toMatch(/^SYSTEMD_FAILED: .*no bus/m);
    expect([refused.code, readdirSync(units), existsSync(file())]).toEqual([8, [], false]);
    rmSync(calls);
    const { code, said } = await install([], env);
    expect(code, said).toBe(0);
    const unit = readFileSync(join(units, 'benchbus-edge-runner.service'), 'utf8');
    expect(unit).toContain(`ExecStart=${file()}\n`);
    expect(unit).toContain('Restart=always\n');
    expect(readFileSync(calls, 'utf8')).toBe(
      'daemon-reload\nenable benchbus-edge-runner.service\nrestart benchbus-edge-runner.service\n',
    );
    const [analyze] = findAll('systemd-analyze');
    if (analyze !== undefined) execFileSync(analyze, ['verify', join(units, 'benchbus-edge-runner.service')]);

    // An upgrade that systemd does not take: what was there, is there, and runs.
    await server.close();
    server = await releaseServer({ assets: good('v2') });
    writeFileSync(join(units, 'benchbus-edge-runner.service'), 'the old unit');
    rmSync(calls);
    const upgrade = await install([], { ...env, REFUSE: 'enable' });
    expect(upgrade.said).toMatch(/^SYSTEMD_FAILED: .*no bus/m);
    expect(upgrade.code).toBe(8);
    expect(readFileSync(join(units, 'benchbus-edge-runner.service'), 'utf8')).toBe('the old unit');
    expect(readdirSync(units)).toEqual(['benchbus-edge-runner.service']);
    expect(readFileSync(file())).toEqual(runner('v1.2.3'));
    expect(readdirSync(join(prefix(), 'bin'))).toEqual(['benchbus-edge-runner']);
    expect(readFileSync(calls, 'utf8')).toMatch(/daemon-reload\nrestart benchbus-edge-runner.service\n$/);
  });

  it('is clean to shellcheck', () => {
    execFileSync('shellcheck', ['--shell=sh', SCRIPT], { stdio: 'pipe' });
  });
});
