import { BenchbusError } from '@benchbus/events';
import { z } from 'zod';

/** Where S3 is, and as whom we are there. */
export interface S3Access {
  /** Undefined: AWS itself. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly pathStyle: boolean;
  /** Undefined: the SDK's own chain (a role of the machine or the pod). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly timeoutMs: number;
}

/** The variables that say it; a bucket is beside them. */
export const s3Variables = z.object({
  /** Unset: AWS itself, where a bucket is named. */
  S3_URL: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  /** Neither key: the SDK looks for a role of the machine or the pod. */
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  /** Bucket in the path, not in the host name: what gateways and most services beside AWS expect. */
  S3_PATH_STYLE: z.stringbool().default(true),
  /** One request to S3, and its retries. */
  S3_TIMEOUT_MS: z.coerce.number().int().min(1).default(20_000),
});

/** @throws BenchbusError CONFIG_INVALID: no bucket, or one key without the other */
export function s3Access(variables: z.output<typeof s3Variables>, bucket: string | undefined): S3Access {
  const { S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = variables;
  const missing = [
    ...(bucket === undefined ? ['S3_BUCKET'] : []),
    ...(id === undefined && secret !== undefined ? ['S3_ACCESS_KEY_ID'] : []),
    ...(secret === undefined && id !== undefined ? ['S3_SECRET_ACCESS_KEY'] : []),
  ];
  if (missing.length > 0 || bucket === undefined)
    throw new BenchbusError({
      code: 'CONFIG_INVALID',
      message: `S3 is asked for, but ${missing.join(' and ')} is not set`,
      where: missing.join(', '),
      hint: 'set S3_URL, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (no keys: a role); none of them: a folder',
    });
  return {
    endpoint: variables.S3_URL,
    region: variables.S3_REGION,
    bucket,
    pathStyle: variables.S3_PATH_STYLE,
    credentials: id !== undefined && secret !== undefined ? { accessKeyId: id, secretAccessKey: secret } : undefined,
    timeoutMs: variables.S3_TIMEOUT_MS,
  };
}
