import { isAbsolute } from 'node:path';
import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';

const millis = (value: number) => z.coerce.number().int().min(1).max(2_147_483_647).default(value);

/** `<incarnation>:<sequence>` → the fencing token of the deployment that started this runner. */
const fenceText = z
  .string()
  .regex(/^[0-9a-f-]{36}:\d+$/, '<incarnation>:<sequence>')
  .transform((text) => {
    const [incarnation = '', sequence = ''] = text.split(':');
    return { incarnation, sequence: Number(sequence) };
  });

/** Set by whoever starts the runner (the provisioner), one runner per node. */
export const edgeRunnerConfig = z.object({
  BENCHBUS_RUN: token,
  BENCHBUS_NODE: nodeName,
  BENCHBUS_SUITE: token,
  BENCHBUS_FENCE: fenceText,
  /** The node's own folder, made by the provisioner. */
  BENCHBUS_NODE_DIR: z.string().refine(isAbsolute, 'an absolute path'),
  /** Password of the database's user; derived per run, never logged. */
  BENCHBUS_DB_PASSWORD: z.string().min(1),
  /** As root: the unprivileged user of database and load tool. Default: postgres, else nobody. */
  BENCHBUS_LOCAL_USER: z.string().min(1).optional(),
  /** Between SIGTERM and SIGKILL when a load tool is aborted. */
  BENCHBUS_KILL_GRACE_MS: millis(5_000),
  /** How long to wait for the plan in the log. */
  BENCHBUS_START_TIMEOUT_MS: millis(60_000),
  /** How long the engine may take for each of its first answers. */
  BENCHBUS_ENGINE_ANSWERS_MS: millis(5_000),
  /** Between two tries to reach an engine that is away; the limit is the stage's, in the log. */
  BENCHBUS_ENGINE_RETRY_MS: millis(2_000),
  /** Between two tries to reach a log that is away for longer than the bus waits by itself. */
  BENCHBUS_LOG_RETRY_MS: millis(2_000),
  /** How many files are sent at the same time. */
  BENCHBUS_UPLOADS_AT_ONCE: z.coerce.number().int().min(1).max(100).default(4),
  /** Longest wait between two tries of an upload. */
  BENCHBUS_UPLOAD_RETRY_MAX_MS: millis(30_000),
  /** One upload, and the wait for the store's word about it. */
  BENCHBUS_UPLOAD_TIMEOUT_MS: millis(600_000),
});
export type EdgeRunnerConfig = z.output<typeof edgeRunnerConfig>;
