import { s3Variables } from '@benchbus/service/s3';
import { z } from 'zod';
import { cidrs, pools } from '../pool-settings.ts';

const millis = z.coerce
  .number()
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const text = z.string().min(1);
const words = z.string().transform((value) => value.split(/[\s,]+/).filter((word) => word !== ''));

/** Target `yandex`: served where network, image and folder are given. Credentials are in the environment alone (YC_…). */
export const yandexConfig = z.object({
  /** The existing VPC network in which runs get subnets. */
  BENCHBUS_YANDEX_NETWORK_ID: text.optional(),
  BENCHBUS_YANDEX_IMAGE_ID: text.optional(),
  BENCHBUS_YANDEX_PLATFORM_ID: text.default('standard-v2'),
  BENCHBUS_YANDEX_DISK_TYPE: text.default('network-ssd'),
  BENCHBUS_YANDEX_PUBLIC_ADDRESSES: z.stringbool().default(false),
  BENCHBUS_YANDEX_SERIAL_PORT: z.stringbool().default(false),
  /** From where SSH is let in; not given: from nowhere. */
  BENCHBUS_YANDEX_SSH_CIDRS: words.pipe(z.array(z.cidrv4())).default([]),
  /** Runs get blocks of it. Replicas of one VPC network may name the same: its blocks are given away once. */
  BENCHBUS_YANDEX_CIDR: z.cidrv4().default('10.2.0.0/16'),
  BENCHBUS_YANDEX_BLOCK_PREFIX: z.coerce.number().int().min(16).max(28).default(24),
  /** Parts of it that are never given away: subnets of others. */
  BENCHBUS_YANDEX_EXCLUDE: cidrs.default([]),
  /** Pools for suites that ask for their values, `10.3.0.0/16:24`: range and prefix of its blocks. */
  BENCHBUS_YANDEX_OTHER_POOLS: pools.default([]),
  /** Folder of terraform's states, the same for all replicas. Not given: S3 where S3_BUCKET is, else below BENCHBUS_STATE_DIR. */
  BENCHBUS_YANDEX_STATE_DIR: text.optional(),
  /** User of the machines, for people. */
  BENCHBUS_YANDEX_USER: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,31}$/)
    .default('benchbus'),
  BENCHBUS_YANDEX_USER_GROUPS: words.default(['docker']),
  BENCHBUS_YANDEX_USER_SHELL: z.string().startsWith('/').default('/bin/bash'),
  BENCHBUS_YANDEX_USER_SUDO: z.string().default(''),
  /** Public keys, one a line. */
  BENCHBUS_YANDEX_SSH_KEYS_FILE: text.optional(),
  /** Where machines get the edge runner, and what its file has to be. */
  BENCHBUS_EDGE_RUNNER_URL: z.url({ protocol: /^https?$/ }).optional(),
  BENCHBUS_EDGE_RUNNER_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** The image's packages with pgbench and sysbench, for the machine that measures; another tool has to be in the image. */
  BENCHBUS_YANDEX_LOAD_PACKAGES: words.default(['postgresql', 'sysbench']),
  /** How machines reach NATS, where that is not NATS_URL. */
  BENCHBUS_YANDEX_NATS_URL: text.optional(),
  /** terraform or tofu; not given: the first on the PATH. */
  BENCHBUS_TERRAFORM: text.optional(),
  /** Where providers come from: a network mirror's address, a folder, or `direct`. */
  BENCHBUS_TERRAFORM_MIRROR: text.default('https://terraform-mirror.yandexcloud.net/'),
  /** A CLI configuration of the operator's own, instead. */
  BENCHBUS_TERRAFORM_CLI_CONFIG: text.optional(),
  /** Of one apply or destroy; an apply ends with the stage's deadline at the latest. */
  BENCHBUS_TERRAFORM_TIMEOUT_MS: millis.default(900_000),
  /** Between SIGINT and SIGKILL. */
  BENCHBUS_TERRAFORM_GRACE_MS: millis.default(60_000),
  /** As the artifact store has them: states lie in the same bucket. */
  ...s3Variables.shape,
  S3_BUCKET: z.string().min(3).max(63).optional(),
});
export type YandexConfig = z.output<typeof yandexConfig>;
