import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cloudInit, USER_DATA_MAX_BYTES } from './cloud-init.ts';
import type { MachineBoot } from './cloud-init.ts';

const boot: MachineBoot = {
  user: { name: 'bench', groups: ['docker'], sshKeys: ['ssh-ed25519 AAAA me'], sudo: '', shell: '/bin/bash' },
  runner: { url: 'https://releases.example/edge-runner', sha256: 'a'.repeat(64) },
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
  expect(config.packages).toContain('docker.io');
  const file = (name: string) => config.write_files.find(({ path }) => path.endsWith(name));
  expect(file('enrolment-code')).toMatchObject({ content: 'code-1\n', permissions: '0600' });
  expect(file('edge-runner.env')).toMatchObject({ permissions: '0600' });
  expect(file('edge-runner.service')?.content).toContain('Restart=always');
  expect(file('lease.timer')?.content).toContain('OnCalendar=2026-11-28 23:04:05 UTC');
  expect(text.split('code-1')).toHaveLength(2);
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
      const [, , script] = read(text).runcmd[0] ?? ['', '', ''];
      execFileSync('sh', ['-n', '-c', script]);
    }),
    { numRuns: 30 },
  );
});
