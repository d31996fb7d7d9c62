import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cloudInit, USER_DATA_MAX_BYTES } from './cloud-init.ts';
import type { MachineBoot } from './cloud-init.ts';

const boot: MachineBoot = {
  user: { name: 'bench', groups: ['docker'], sshKeys: ['ssh-ed25519 AAAA me'], sudo: '', shell: '/bin/bash' },
  runner: { url: 'https://releases.example/edge-runner', sha256: 'a'.repeat(64) },
  packages: ['sysbench'],
  environment: { BENCHBUS_RUN: 'r1', BENCHBUS_NODE: 'pg', NATS_URL: 'tls://nats.example:4222' },
  enrolmentCode: 'code-1',
  natsCa: '-----BEGIN CERTIFICATE-----\n',
  leaseExpiresAt: '2026-11-28T23:04:05.678Z',
};

interface Config {
  users: Record<string, unknown>[];
  packages: string[];
  write_files: { path: string; content: string; permissions: string }[];
  runcmd: [string, string, string][];
}
const read = (text: string) => JSON.parse(text.slice(text.indexOf('\n'))) as Config;

it('is a cloud-config: user, Docker, runner with restart, code readable by root alone, end with the lease', () => {
  const text = cloudInit(boot);
  expect(text.startsWith('#cloud-config\n')).toBe(true);
  const config = read(text);
  expect(config.users).toEqual([
    {
      ...{ name: 'bench', groups: 'docker', ssh_authorized_keys: ['ssh-ed25519 AAAA me'] },
      ...{ shell: '/bin/bash', lock_passwd: true },
    },
  ]);
  expect(config.packages).toEqual(expect.arrayContaining(['docker.io', 'sysbench']));
  const file = (name: string) => config.write_files.find(({ path }) => path.endsWith(name));
  expect(file('enrolment-code')).toMatchObject({ content: 'code-1\n', permissions: '0600' });
  expect(file('edge-runner.env')).toMatchObject({ permissions: '0600' });
  expect(file('edge-runner.service')?.content).toContain('Restart=always');
  expect(file('lease.timer')?.content).toContain('OnCalendar=2026-11-28 23:04:05 UTC');
  expect(text.split('code-1')).toHaveLength(2);
});

/** What a machine's commands do in order, beside the download: `systemctl` and `shutdown` write what they are asked for. */
function commandsOf(config: Config): string[][] {
  const standIns = ['systemctl', 'shutdown'].map((name) => `${name}() { echo "${name} $*"; }`).join('; ');
  return config.runcmd.map(([, , script]) => {
    const text = `${standIns}; curl() { echo curl; return 22; }; mkdir() { :; }; ${script}`;
    try {
      return execFileSync('sh', ['-c', text], { encoding: 'utf8', stdio: 'pipe' }).trim().split('\n');
    } catch (error) {
      return [
        ...String((error as { stdout: string }).stdout)
          .trim()
          .split('\n'),
        'failed',
      ];
    }
  });
}

it('the lease is watched before anything is downloaded, and by itself: also a machine that gets no runner ends', () => {
  const timer = ['systemctl daemon-reload', 'systemctl enable --now benchbus-lease.timer'];
  const of = (leaseExpiresAt: string) => commandsOf(read(cloudInit({ ...boot, leaseExpiresAt })));
  expect(of('2099-01-01T00:00:00.000Z')).toEqual([timer, ['curl', 'failed']]);
  // A timer that is started after its moment does not fire.
  expect(of('2020-01-01T00:00:00.000Z')).toEqual([
    [...timer, 'shutdown -h now'],
    ['curl', 'failed'],
  ]);
});

it('its runner is kept by systemd as one that was installed by hand is', () => {
  const installer = readFileSync(new URL('../../../../../tools/install-edge-runner.sh', import.meta.url), 'utf8');
  const [, installed = ''] = /write_unit\(\) \{\n {2}cat <<EOF\n([^]*?)\nEOF\n/.exec(installer) ?? [];
  const ownOfEach = /^(#|$|Documentation=|EnvironmentFile=|ExecStart=|RuntimeDirectory=)/;
  const linesOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => !ownOfEach.test(line))
      .sort();
  const unit = read(cloudInit(boot)).write_files.find(({ path }) => path.endsWith('edge-runner.service'));
  expect(linesOf(installed).length).toBeGreaterThan(10);
  expect(linesOf(unit?.content ?? '')).toEqual(linesOf(installed));
});

it('its script is one that a shell takes, whatever stands in its settings, and is small', () => {
  const odd = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(odd, odd, (url, code) => {
      const text = cloudInit({
        ...boot,
        runner: { ...boot.runner, url: url.replaceAll('\0', '') },
        enrolmentCode: code,
      });
      expect(Buffer.byteLength(text)).toBeLessThan(USER_DATA_MAX_BYTES);
      const scripts = read(text).runcmd.map(([, , script]) => script);
      expect(scripts).toHaveLength(2);
      for (const script of scripts) execFileSync('sh', ['-n', '-c', script]);
    }),
    { numRuns: 30 },
  );
});
