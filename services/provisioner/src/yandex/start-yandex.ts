import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BenchbusError, problemOf } from '@benchbus/events';
import type { EventData } from '@benchbus/events';
import type { ServiceContext } from '@benchbus/service';
import { s3Access } from '@benchbus/service/s3';
import { blockCount } from '@benchbus/suites';
import type { ProvisionerConfig } from '../config.ts';
import { offeredPools } from '../pool-settings.ts';
import type { NodeSpec } from '../target/target.ts';
import { cliConfig } from '../terraform/domain/cli-config.ts';
import { findTerraform } from '../terraform/find-terraform.ts';
import { folderStore } from '../terraform/folder-store.ts';
import { s3Store } from '../terraform/s3-store.ts';
import type { StateStore } from '../terraform/state-store.ts';
import { cloudInit, USER_DATA_MAX_BYTES } from './domain/cloud-init.ts';
import { machineNats } from './domain/machine-nats.ts';
import { secretsOf } from './domain/secrets.ts';
import { sweepWork } from './sweep-work.ts';
import { YandexTarget } from './yandex-target.ts';

type Announced = EventData<'HostAnnounced'>;
type Context = ServiceContext<ProvisionerConfig>;

/** What this host offers as `yandex`. */
export interface ServedYandex {
  readonly target: YandexTarget;
  readonly offer: Announced['targets'][number];
  readonly versions: Announced['versions'];
}

/** Single-use code with which a machine's runner gets everything else. */
export type IssueCode = (of: Pick<NodeSpec, 'runId' | 'fence'> & { readonly node: string }) => Promise<string>;

/** What terraform and the provider may see of our environment. */
const PASSED = /^(PATH|HOME|TMPDIR|LANG|LC_.*|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|SSL_CERT_.*|YC_.*|AWS_.*)$/;

function stateStore({ config }: Context): StateStore {
  const { S3_BUCKET: bucket, BENCHBUS_YANDEX_STATE_DIR: dir, BENCHBUS_INSTALLATION: installation } = config;
  if (dir !== undefined || bucket === undefined)
    return folderStore(resolve(dir ?? join(config.BENCHBUS_STATE_DIR, 'terraform'), installation));
  return s3Store(s3Access(config, bucket), `terraform/${installation}`);
}

/** The operator's CLI configuration, or ours, written to where terraform reads it. */
function cliConfigFile({ config }: Context, workDir: string): string {
  if (config.BENCHBUS_TERRAFORM_CLI_CONFIG !== undefined) return resolve(config.BENCHBUS_TERRAFORM_CLI_CONFIG);
  const file = join(workDir, 'terraformrc');
  writeFileSync(file, cliConfig(config.BENCHBUS_TERRAFORM_MIRROR));
  return file;
}

const missing = (where: string, what: string): BenchbusError =>
  new BenchbusError({
    code: 'YANDEX_SETTINGS_INVALID',
    message: `${what} is not configured`,
    where,
    hint: 'see docs/operations/yandex.md',
  });

const linesOf = (file: string | undefined): string[] =>
  file === undefined
    ? []
    : readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /^[a-z]/.test(line));

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // terraform says what is wrong with it
  }
}

/** @throws BenchbusError YANDEX_SETTINGS_INVALID */
const natsOfMachines = ({ BENCHBUS_YANDEX_NATS_URL: own, NATS_URL: ours }: Context['config']): string =>
  own === undefined ? machineNats(ours, 'NATS_URL') : machineNats(own, 'BENCHBUS_YANDEX_NATS_URL');

const measures = ({ nodes = [] }: NodeSpec, node: string): boolean =>
  nodes.some(({ name, purpose }) => name === node && purpose === 'load');

function userData({ config }: Context, issueCode: IssueCode) {
  return async (spec: NodeSpec, node: string): Promise<string> => {
    const { BENCHBUS_EDGE_RUNNER_URL: url, BENCHBUS_EDGE_RUNNER_SHA256: sha256 } = config;
    if (url === undefined) throw missing('BENCHBUS_EDGE_RUNNER_URL', 'where machines get the edge runner');
    if (sha256 === undefined) throw missing('BENCHBUS_EDGE_RUNNER_SHA256', 'the checksum of the edge runner');
    const { runId, fence, leaseExpiresAt, suiteId } = spec;
    const ca = process.env['NATS_CA_FILE'];
    const text = cloudInit({
      user: {
        name: config.BENCHBUS_YANDEX_USER,
        groups: config.BENCHBUS_YANDEX_USER_GROUPS,
        sshKeys: linesOf(config.BENCHBUS_YANDEX_SSH_KEYS_FILE),
        sudo: config.BENCHBUS_YANDEX_USER_SUDO,
        shell: config.BENCHBUS_YANDEX_USER_SHELL,
      },
      runner: { url, sha256 },
      packages: measures(spec, node) ? config.BENCHBUS_YANDEX_LOAD_PACKAGES : [],
      environment: {
        BENCHBUS_INSTALLATION: config.BENCHBUS_INSTALLATION,
        BENCHBUS_RUN: runId,
        BENCHBUS_NODE: node,
        BENCHBUS_SUITE: suiteId,
        BENCHBUS_FENCE: `${fence.incarnation}:${fence.sequence}`,
        BENCHBUS_TARGET: 'yandex',
        // The machine pulls its images itself.
        BENCHBUS_PULL_POLICY: config.BENCHBUS_PULL_POLICY,
        BENCHBUS_PULL_TIMEOUT_MS: `${config.BENCHBUS_PULL_TIMEOUT_MS}`,
        BENCHBUS_PULL_RETRIES: `${config.BENCHBUS_PULL_RETRIES}`,
        BENCHBUS_PULL_BACKOFF_MS: `${config.BENCHBUS_PULL_BACKOFF_MS}`,
        NATS_URL: natsOfMachines(config),
      },
      enrolmentCode: await issueCode({ runId, fence, node }),
      natsCa: ca === undefined || ca === '' ? undefined : readFileSync(ca, 'utf8'),
      leaseExpiresAt,
    });
    if (Buffer.byteLength(text) > USER_DATA_MAX_BYTES)
      throw missing('BENCHBUS_YANDEX_SSH_KEYS_FILE', 'user-data of a size that Yandex Cloud takes');
    return text;
  };
}

/** What an earlier provisioner was killed over; that it cannot be told which runs are known hinders nothing. */
async function sweep(store: StateStore, workDir: string, logger: Context['logger']): Promise<void> {
  try {
    const removed = sweepWork(workDir, await store.runs());
    if (removed.length > 0) logger.warn({ runs: removed }, 'folders of terraform were left over: removed');
  } catch (error) {
    logger.warn(problemOf(error), 'what is left over in the folder of terraform is looked at with the next start');
  }
}

/** Addresses belong to the VPC network, whichever host hands them out. One whose id cannot stand in a subject: to the host. */
const scopeOf = (networkId: string): string | undefined =>
  /^[a-z0-9_-]{1,60}$/.test(networkId) ? `vpc-${networkId}` : undefined;

/** Target `yandex`, where it is configured; undefined, and a line in the log, where something for it is missing. */
export async function serveYandex(
  service: Context,
  hostId: string,
  issueCode: IssueCode,
): Promise<ServedYandex | undefined> {
  const { config, bus, logger } = service;
  const { BENCHBUS_YANDEX_NETWORK_ID: networkId, BENCHBUS_YANDEX_IMAGE_ID: imageId } = config;
  if (networkId === undefined && imageId === undefined) return undefined;
  try {
    if (networkId === undefined) throw missing('BENCHBUS_YANDEX_NETWORK_ID', 'the VPC network');
    if (imageId === undefined) throw missing('BENCHBUS_YANDEX_IMAGE_ID', 'the image of the machines');
    const { YC_ZONE: zone, YC_FOLDER_ID: folder } = process.env;
    if (!zone) throw missing('YC_ZONE', 'the availability zone');
    if (!folder) throw missing('YC_FOLDER_ID', 'the folder of the cloud');
    natsOfMachines(config);
    const [cidr, blockPrefix] = [config.BENCHBUS_YANDEX_CIDR, config.BENCHBUS_YANDEX_BLOCK_PREFIX];
    if (blockCount(cidr, blockPrefix) === 0) throw missing('BENCHBUS_YANDEX_CIDR', 'a pool of at least one block');
    const { program, version } = findTerraform(config.BENCHBUS_TERRAFORM);
    const workDir = resolve(config.BENCHBUS_STATE_DIR, 'terraform-work');
    mkdirSync(workDir, { recursive: true, mode: 0o700 });
    const store = stateStore(service);
    await sweep(store, workDir, logger);
    const passed = Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && PASSED.test(entry[0]),
    );
    const env = {
      ...Object.fromEntries(passed),
      ...store.env,
      TF_CLI_CONFIG_FILE: cliConfigFile(service, workDir),
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
    };
    const secrets = secretsOf(env, readKey);
    const place = `yandex-cloud/${folder}`;
    const target = new YandexTarget({
      terraform: {
        ...{ program, env, secrets, installation: config.BENCHBUS_INSTALLATION },
        timeoutMs: config.BENCHBUS_TERRAFORM_TIMEOUT_MS,
        graceMs: config.BENCHBUS_TERRAFORM_GRACE_MS,
      },
      ...{ store, workDir, hostId, place, logger: logger.child({ name: 'yandex' }) },
      hostLives: async (other) => (await bus.liveness.holder(`host.${other}`)) !== undefined,
      cloud: {
        ...{ networkId, imageId, zone },
        platformId: config.BENCHBUS_YANDEX_PLATFORM_ID,
        diskType: config.BENCHBUS_YANDEX_DISK_TYPE,
        publicAddresses: config.BENCHBUS_YANDEX_PUBLIC_ADDRESSES,
        serialPort: config.BENCHBUS_YANDEX_SERIAL_PORT,
        sshCidrs: config.BENCHBUS_YANDEX_SSH_CIDRS,
      },
      userData: userData(service, issueCode),
    });
    logger.info({ states: store.where, terraform: program }, 'target yandex is served');
    return {
      target,
      offer: {
        name: 'yandex',
        ...offeredPools(
          { cidr, blockPrefix },
          config.BENCHBUS_YANDEX_EXCLUDE,
          config.BENCHBUS_YANDEX_OTHER_POOLS,
          scopeOf(networkId),
        ),
        place,
      },
      versions: { terraform: [version] },
    };
  } catch (error) {
    logger.error(problemOf(error), 'target yandex is not served');
    return undefined;
  }
}
