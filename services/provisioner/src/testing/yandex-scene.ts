import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findByEnvironment } from '@benchbus/processes';
import { CLOUD_TOKEN, type TestCloud } from '@benchbus/service/testing';
import { pino } from 'pino';
import type { NodeSpec } from '../target/target.ts';
import { folderStore } from '../terraform/folder-store.ts';
import type { StateStore } from '../terraform/state-store.ts';
import { TERRAFORM_LABEL } from '../terraform/workspace.ts';
import { YandexTarget } from '../yandex/yandex-target.ts';

export const INSTALLATION = 'lab';
const GB = 2 ** 30;

/** A user-data whose "runner" says that it is up, and stays. */
export const USER_DATA = `#cloud-config
write_files:
  - path: /etc/systemd/system/runner.service
    content: |
      [Service]
      ExecStart=/opt/runner
      Restart=always
  - path: /opt/runner
    permissions: '0755'
    content: |
      #!/bin/sh
      : >up
      exec sleep 1000000
runcmd:
  - systemctl enable --now runner.service
`;

export interface Replica {
  readonly hostId?: string;
  readonly store?: StateStore;
  readonly timeoutMs?: number;
  readonly hostLives?: boolean;
  /** As if on another machine: what one starts, the other does not end. */
  readonly installation?: string;
  readonly lines?: string[];
}

/** Where states lie when a replica is not given another place. */
export const statesOf = (cloud: TestCloud): string => join(cloud.root, 'states');

/** A driver, as one replica of the provisioner has it. */
export function replica(
  cloud: TestCloud,
  {
    hostId = 'host-a',
    store,
    timeoutMs = 60_000,
    hostLives = false,
    lines = [],
    installation = INSTALLATION,
  }: Replica = {},
) {
  const workDir = join(cloud.root, 'work', hostId);
  mkdirSync(workDir, { recursive: true });
  const kept = store ?? folderStore(statesOf(cloud));
  const { PATH = '' } = process.env;
  return new YandexTarget({
    terraform: {
      program: cloud.terraform,
      env: {
        PATH,
        HOME: cloud.root,
        TF_CLI_CONFIG_FILE: cloud.cliConfig,
        CHECKPOINT_DISABLE: '1',
        ...cloud.env,
        ...kept.env,
      },
      secrets: [CLOUD_TOKEN],
      timeoutMs,
      graceMs: 1_000,
      installation,
    },
    store: kept,
    workDir,
    hostId,
    hostLives: () => Promise.resolve(hostLives),
    logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    cloud: {
      ...{ networkId: 'enp0network', zone: 'ru-central1-a', imageId: 'fd80image', platformId: 'standard-v2' },
      ...{ diskType: 'network-ssd', publicAddresses: false, serialPort: false, sshCidrs: [] },
    },
    userData: () => Promise.resolve(USER_DATA),
  });
}

const NODES = ['pg', 'load'].map((name, index) => ({
  ...{ name, purpose: index === 0 ? ('database' as const) : ('load' as const), processes: [] },
  hardware: { cores: 2, memoryBytes: GB, diskBytes: GB },
}));

/** Specs of a run of two nodes; each run has a block of its own. */
export function specsOf(runId: string, block: number, sequence = 1): NodeSpec[] {
  const nodes = NODES.map((node, index) => ({ ...node, address: `10.2.${block}.${4 + index}` }));
  const fence = { incarnation: '00000000-0000-4000-8000-000000000001', sequence };
  const leaseExpiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const common = { runId, suiteId: 's1', fence, leaseExpiresAt, cidr: `10.2.${block}.0/24`, nodes };
  return nodes.map((node) => ({ ...common, node }));
}

export const unhindered = () => ({ signal: new AbortController().signal, guard: () => Promise.resolve() });

/** All nodes of a run, as the provisioner asks for them. */
export async function createAll(
  target: YandexTarget,
  specs: readonly NodeSpec[],
  context = unhindered(),
): Promise<void> {
  const ended = await Promise.allSettled(specs.map((spec) => target.createNode(spec, context)));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** As a release does it. */
export async function destroyAll(target: YandexTarget, runId: string, nodes = ['load', 'pg']): Promise<void> {
  await target.release(runId);
  for (const node of nodes) await target.destroyNode(runId, node);
  await target.destroyRun(runId);
}

export const terraformOf = (runId: string, installation = INSTALLATION) =>
  findByEnvironment({ [TERRAFORM_LABEL]: `${installation}/${runId}` });
