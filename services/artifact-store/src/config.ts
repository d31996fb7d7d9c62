import { s3Variables } from '@benchbus/service/s3';
import { z } from 'zod';

const positive = z.coerce.number().int().min(1);

export const configSchema = z.object({
  ...s3Variables.shape,
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
  /** Artifacts lie in S3 where it or S3_URL is set, not in the folder. */
  S3_BUCKET: z.string().min(3).max(63).optional(),
  /** `true`: a bucket that is not there is made at the start, or as soon as S3 answers. */
  S3_CREATE_BUCKET: z.stringbool().default(false),
  /** Pause between two tries to make it; a timer takes no more. */
  S3_RETRY_MS: positive.max(2 ** 31 - 1).default(5_000),
  /** How runners and readers reach it, where that is not S3_URL: presigned URLs name it. */
  S3_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Files above it go to S3 in parts, which are sent again one by one where sending broke off. */
  BENCHBUS_ARTIFACTS_MULTIPART_BYTES: positive.default(64 * 2 ** 20),
  /** S3 takes no parts below 5 MiB, and 10,000 of them. */
  BENCHBUS_ARTIFACTS_PART_BYTES: z.coerce
    .number()
    .int()
    .min(5 * 2 ** 20)
    .default(16 * 2 ** 20),
  BENCHBUS_ARTIFACTS_MAX_BYTES: positive.default(4 * 2 ** 30),
  /** How long an upload URL is good for. */
  BENCHBUS_ARTIFACTS_URL_SECONDS: positive.default(900),
  BENCHBUS_ARTIFACTS_IDLE_MS: positive.default(30_000),
  BENCHBUS_ARTIFACTS_UPLOAD_MS: positive.default(3_600_000),
  /** Complete uploads with a wrong checksum until the artifact is rejected for good. */
  BENCHBUS_ARTIFACTS_MAX_MISMATCHES: positive.default(3),
  BENCHBUS_ARTIFACTS_RETRY_MS: positive.default(60_000),
  /**
   * Where signed checkpoints of the log are kept: a folder, or `s3://bucket/prefix` (by S3_URL and its keys), which replicas
   * on several machines need. Default: `checkpoints` in BENCHBUS_STATE_DIR.
   */
  BENCHBUS_CHECKPOINTS_DIR: z.string().min(1).optional(),
  /** Signs them; replicas need the same one. Default: `secrets/checkpoint.key` in BENCHBUS_STATE_DIR, made once. */
  BENCHBUS_CHECKPOINT_KEY_FILE: z.string().min(1).optional(),
  /** Beside those at each suite's end. */
  BENCHBUS_CHECKPOINT_EVERY_MS: positive.default(300_000),
});
export type ArtifactConfig = z.output<typeof configSchema>;
