import { z } from 'zod';

const positive = z.coerce.number().int().min(1);

export const configSchema = z.object({
  /** Where the files lie. Default: `artifacts` in BENCHBUS_STATE_DIR. */
  BENCHBUS_ARTIFACTS_DIR: z.string().min(1).optional(),
  BENCHBUS_STATE_DIR: z.string().min(1).default('.benchbus'),
  BENCHBUS_ARTIFACTS_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 = a free one. */
  BENCHBUS_ARTIFACTS_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  /** How runners reach the endpoint, where that is not its own address. */
  BENCHBUS_ARTIFACTS_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Replicas need the same one. Unset: a random one, kept beside the folder. */
  BENCHBUS_ARTIFACTS_SIGNING_KEY: z.string().min(16).optional(),
  BENCHBUS_ARTIFACTS_MAX_BYTES: positive.default(4 * 2 ** 30),
  /** How long an upload URL is good for. */
  BENCHBUS_ARTIFACTS_URL_SECONDS: positive.default(900),
  BENCHBUS_ARTIFACTS_IDLE_MS: positive.default(30_000),
  BENCHBUS_ARTIFACTS_UPLOAD_MS: positive.default(3_600_000),
  /** Complete uploads with a wrong checksum until the artifact is rejected for good. */
  BENCHBUS_ARTIFACTS_MAX_MISMATCHES: positive.default(3),
  BENCHBUS_ARTIFACTS_RETRY_MS: positive.default(60_000),
  /** Where signed checkpoints of the log are kept. Default: `checkpoints` in BENCHBUS_STATE_DIR. */
  BENCHBUS_CHECKPOINTS_DIR: z.string().min(1).optional(),
  /** Signs them; replicas need the same one. Default: `secrets/checkpoint.key` in BENCHBUS_STATE_DIR, made once. */
  BENCHBUS_CHECKPOINT_KEY_FILE: z.string().min(1).optional(),
  /** Beside those at each suite's end. */
  BENCHBUS_CHECKPOINT_EVERY_MS: positive.default(300_000),
});
export type ArtifactConfig = z.output<typeof configSchema>;
