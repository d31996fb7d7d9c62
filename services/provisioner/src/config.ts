import { PULL_POLICIES } from '@benchbus/docker';
import { STROPPY_URL, type ReleaseSettings } from '@benchbus/service';
import { z } from 'zod';
import { cidrs, pools } from './pool-settings.ts';
import { yandexConfig } from './yandex/config.ts';

const positive = z.coerce.number().int().min(1);
/** Milliseconds of a timer: a longer setTimeout fires at once. */
const millis = positive.max(2 ** 31 - 1);

const argv = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON array of words, ["node", "main.ts"]' });
      return z.NEVER;
    }
  })
  .pipe(z.array(z.string().min(1)).min(1));

/** What the provisioner reads from its environment, beside BaseConfig. */
export const provisionerConfig = z.object({
  /** Kept: host id, secrets. */
  BENCHBUS_STATE_DIR: z.string().min(1).default('.benchbus'),
  /** How long an external database may take to drop the schema that a killed runner left in it. */
  BENCHBUS_EXTERNAL_RELEASE_MS: millis.default(30_000),
  /** Folders of the nodes, temporary; default `<os.tmpdir()>/benchbus-<installation>`. */
  BENCHBUS_LOCAL_DIR: z.string().min(1).optional(),
  /** Who runs databases and load tools when we are root; default `postgres`, else `nobody`. */
  BENCHBUS_LOCAL_USER: z.string().min(1).optional(),
  /** Machine-wide: which installation uses which loopback network. */
  BENCHBUS_LOCAL_LOCKS_DIR: z.string().min(1).default('/tmp/benchbus-local-locks'),
  /**
   * Where another provisioner of this installation serves the machine: look again after so long, and go on in its place when it
   * has ended. 0: refuse to start.
   */
  BENCHBUS_STANDBY_LOOK_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1_000),
  /** JSON array; default: the edge runner of this workspace. */
  BENCHBUS_EDGE_RUNNER_COMMAND: argv.optional(),
  /** The edge runner's image on `docker`; pods' pause containers run it, too. */
  BENCHBUS_RUNNER_IMAGE: z.string().min(1).default('benchbus/runner:dev'),
  /** Runs on `docker` get blocks of it. */
  BENCHBUS_DOCKER_CIDR: z.cidrv4().default('10.2.0.0/16'),
  BENCHBUS_DOCKER_BLOCK_PREFIX: z.coerce.number().int().min(8).max(29).default(24),
  /** Parts of it that are never given away. */
  BENCHBUS_DOCKER_EXCLUDE: cidrs.default([]),
  /** Pools for suites that ask for their values, `172.28.0.0/16:24`: range and prefix of its blocks. */
  BENCHBUS_DOCKER_OTHER_POOLS: pools.default([]),
  /** Of the engine, on its machine: runners get it. */
  BENCHBUS_DOCKER_SOCKET: z.string().startsWith('/').optional(),
  /** How long the engine may take for an answer; a pull has its own limit. */
  BENCHBUS_DOCKER_TIMEOUT_MS: millis.default(60_000),
  /** An engine that did not answer at the start is looked for again after so long. */
  BENCHBUS_DOCKER_LOOK_MS: millis.default(10_000),
  BENCHBUS_PULL_POLICY: z.enum(PULL_POLICIES).default('missing'),
  BENCHBUS_PULL_TIMEOUT_MS: millis.default(600_000),
  /** More tries after the first, where another may go better; with a pause between that doubles. */
  BENCHBUS_PULL_RETRIES: z.coerce.number().int().min(0).default(3),
  BENCHBUS_PULL_BACKOFF_MS: millis.default(1_000),
  /** Where releases of stroppy are, and where they are kept: as the edge runner has it. */
  BENCHBUS_STROPPY_URL: z.url().default(STROPPY_URL),
  BENCHBUS_DOWNLOADS_DIR: z.string().startsWith('/').optional(),
  BENCHBUS_DOWNLOAD_TIMEOUT_MS: millis.default(300_000),
  /** Lets runners that enrol into the NATS account: signing-key.json of `npm run nats:accounts`, mode 0600. Not given: the server knows no accounts. */
  BENCHBUS_NATS_SIGNING_KEY_FILE: z.string().min(1).optional(),
  /** An enrolment code is good for so long. */
  BENCHBUS_ENROLMENT_CODE_TTL_MS: millis.default(900_000),
  /** A runner's access to the log ends after so long; it renews it before. */
  BENCHBUS_RUNNER_ACCESS_TTL_MS: millis.default(1_800_000),
  /** Between SIGTERM (or SIGQUIT) and SIGKILL. */
  BENCHBUS_NODE_STOP_GRACE_MS: millis.default(5_000),
  /** A destroy that left something is repeated after so long. */
  BENCHBUS_DESTROY_RETRY_MS: millis.default(5_000),
  BENCHBUS_JANITOR_INTERVAL_MS: millis.default(60_000),
  BENCHBUS_RUNNER_RESTARTS: z.coerce.number().int().min(0).default(5),
  BENCHBUS_RUNNER_RESTART_WINDOW_MS: millis.default(60_000),
  BENCHBUS_RUNNER_BACKOFF_MS: millis.default(100),
  /** Offer less than the machine has. */
  BENCHBUS_HOST_CORES: z.coerce.number().positive().optional(),
  BENCHBUS_HOST_MEMORY_BYTES: positive.optional(),
  ...yandexConfig.shape,
});
export type ProvisionerConfig = z.output<typeof provisionerConfig>;

/** Where releases of stroppy are had, by its settings. */
export const stroppySettings = (config: ProvisionerConfig): ReleaseSettings => ({
  url: config.BENCHBUS_STROPPY_URL,
  downloadsDir: config.BENCHBUS_DOWNLOADS_DIR,
  timeoutMs: config.BENCHBUS_DOWNLOAD_TIMEOUT_MS,
});
