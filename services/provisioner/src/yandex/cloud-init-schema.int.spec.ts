import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Draft04 from 'ajv-draft-04';
import { beforeAll, describe, expect, it } from 'vitest';
import { cloudInit, type MachineBoot } from './domain/cloud-init.ts';

/** tools/lib/cloud-init-schema.mjs puts it there. */
const SCHEMA = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus/bin/cloud-init-schema.json');

const boot: MachineBoot = {
  user: { name: 'bench', groups: ['docker', 'adm'], sshKeys: ['ssh-ed25519 AAAA me'], sudo: '', shell: '/bin/bash' },
  runner: { url: 'https://releases.example/edge-runner', sha256: 'a'.repeat(64) },
  packages: ['postgresql', 'sysbench'],
  environment: { BENCHBUS_RUN: 'r1', BENCHBUS_NODE: 'pg', NATS_URL: 'tls://nats.example:4222' },
  enrolmentCode: 'code-1',
  natsCa: '-----BEGIN CERTIFICATE-----\n',
  leaseExpiresAt: '2026-11-28T23:04:05.678Z',
};
const read = (text: string) => JSON.parse(text.slice(text.indexOf('\n'))) as Record<string, unknown>;

describe.skipIf(!existsSync(SCHEMA))(
  "user-data, by cloud-init's own schema (CI=true node tools/bootstrap.mjs fetches it)",
  () => {
    let problems: (config: unknown) => string[];
    beforeAll(() => {
      const ajv = new Draft04.default({ strict: false, allErrors: true, logger: false });
      // Formats are for people's eyes here; its uris and ids are none that a schema resolves.
      ajv.addFormat('uri', true);
      ajv.addFormat('email', true);
      ajv.addFormat('hostname', true);
      const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
      problems = (config) => {
        validate(config);
        return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
      };
    });

    it.each([
      ['with everything', boot],
      ['with sudo', { ...boot, user: { ...boot.user, sudo: 'ALL=(ALL) NOPASSWD:ALL' } }],
      ['of a user without groups and keys', { ...boot, user: { ...boot.user, groups: [], sshKeys: [] } }],
      ['without packages and CA', { ...boot, packages: [], natsCa: undefined }],
    ])('%s is valid', (_, machine) => {
      expect(problems(read(cloudInit(machine)))).toEqual([]);
    });

    it('what cloud-init does not take is refused', () => {
      const config = read(cloudInit(boot));
      expect(problems({ ...config, write_files: [{ content: 'without a path' }] })).not.toEqual([]);
      expect(problems({ ...config, runcmd: 'not a list' })).not.toEqual([]);
      expect(problems({ ...config, packages: [1] })).not.toEqual([]);
    });
  },
);
