import { z } from 'zod';

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
  /** JSON array; default: the edge runner of this workspace. */
  BENCHBUS_EDGE_RUNNER_COMMAND: argv.optional(),
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
});
export type ProvisionerConfig = z.output<typeof provisionerConfig>;
