import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCloud, type TestCloud } from '@benchbus/service/testing';
import { moduleVariables } from './domain/module-variables.ts';
import type { ModuleVariables } from './domain/module-variables.ts';

const run = promisify(execFile);
const MODULE = fileURLToPath(new URL('../../terraform/yandex', import.meta.url));
const GB = 2 ** 30;

let cloud: TestCloud;
let dir: string;
const terraform = async (...args: string[]) => {
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: cloud.root, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: cloud.cliConfig, ...cloud.env };
  const { stdout } = await run(cloud.terraform, args, { cwd: dir, env, maxBuffer: 2 ** 26 });
  return stdout;
};

const hardware = { cores: 3, memoryBytes: 7.5 * GB, diskBytes: 40 * GB };
const variables = moduleVariables(
  {
    installation: 'lab',
    runId: 'suite-1-r1',
    fence: { incarnation: '00000000-0000-4000-8000-000000000001', sequence: 12 },
    cidr: '10.2.5.0/24',
    leaseExpiresAt: '2026-11-28T23:00:00.000Z',
    nodes: ['pg-a', 'pg-b', 'load'].map((name, index) => ({ name, address: `10.2.5.${4 + index}`, hardware })),
  },
  {
    networkId: 'enp0network',
    zone: 'ru-central1-a',
    imageId: 'fd80image',
    platformId: 'standard-v2',
    diskType: 'network-ssd',
    publicAddresses: false,
    serialPort: false,
    sshCidrs: ['198.51.100.0/24'],
  },
  (node) => `#cloud-config\n# ${node}\n`,
);

/** Resources of a plan of the module, as terraform shows them. */
async function plan(given: ModuleVariables): Promise<{ address: string; values: Record<string, unknown> }[]> {
  writeFileSync(join(dir, 'terraform.tfvars.json'), JSON.stringify(given));
  await terraform('plan', '-input=false', '-lock=false', '-out=plan');
  const shown = JSON.parse(await terraform('show', '-json', 'plan')) as {
    planned_values: { root_module: { resources: { address: string; values: Record<string, unknown> }[] } };
  };
  return shown.planned_values.root_module.resources
    .map(({ address, values }) => ({ address, values }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

beforeAll(async () => {
  cloud = await startTestCloud();
  dir = mkdtempSync(join(cloud.root, 'module-'));
  cpSync(MODULE, dir, { recursive: true });
  await terraform('init', '-input=false', '-backend=false');
}, 300_000);
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
  cloud.close();
});

describe('the module', () => {
  it('is formatted and valid, and has no attribute that the provider does not know', async () => {
    await terraform('fmt', '-check', '-recursive', MODULE);
    expect(JSON.parse(await terraform('validate', '-json'))).toMatchObject({ valid: true, diagnostics: [] });
    const strange = join(dir, 'strange.tf');
    writeFileSync(strange, 'resource "yandex_vpc_subnet" "x" {\n  no_such_thing = 1\n}\n');
    await expect(terraform('validate')).rejects.toThrow();
    rmSync(strange);
  });

  it('plans a cluster of three nodes as it always did', async () => {
    const golden = `${JSON.stringify(await plan(variables), undefined, 2)}\n`;
    await expect(golden).toMatchFileSnapshot('fixtures/plan-three-nodes.json');
    expect(golden).not.toContain(cloud.env['YC_TOKEN']);
  });

  it('lets nobody in but the group itself, and SSH from where the operator says; everything is labelled', async () => {
    for (const ssh of [[], ['198.51.100.0/24']]) {
      const resources = await plan({ ...variables, ssh_cidrs: ssh });
      expect(resources).toHaveLength(5);
      for (const { values } of resources)
        expect(Object.keys(values['labels'] as object)).toEqual(
          expect.arrayContaining(['benchbus-installation', 'benchbus-run', 'benchbus-fence', 'benchbus-expiry']),
        );
      const group = resources.find(({ address }) => address === 'yandex_vpc_security_group.run');
      const ingress = group?.values['ingress'] as Record<string, unknown>[];
      const fromOutside = ingress.filter((rule) => rule['predefined_target'] !== 'self_security_group');
      expect(fromOutside.map((rule) => [rule['protocol'], rule['port'], rule['v4_cidr_blocks']])).toEqual(
        ssh.length === 0 ? [] : [['TCP', 22, ssh]],
      );
      const machines = resources.filter(({ address }) => address.startsWith('yandex_compute_instance.'));
      for (const { values } of machines) {
        expect(values['labels']).toHaveProperty('benchbus-node');
        expect(values['network_interface']).toEqual([expect.objectContaining({ nat: false })]);
      }
    }
  });

  it('refuses, all at once, what nobody may want', async () => {
    const wrong = { ssh_cidrs: ['0.0.0.0/0'], labels: {}, cidr: '10.2.5.0/29', image_id: '', nodes: {} };
    const refused = await plan({ ...variables, ...wrong }).catch((error: Error & { stderr?: string }) => error.stderr);
    for (const name of Object.keys(wrong))
      expect(refused).toMatch(new RegExp(`Invalid value for variable[^╵]*"?${name}`));
  });
});
