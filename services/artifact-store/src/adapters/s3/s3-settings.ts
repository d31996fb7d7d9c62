import { BenchbusError } from '@benchbus/events';
import type { ArtifactConfig } from '../../config.ts';

export interface S3Settings {
  /** Undefined: AWS itself. */
  readonly endpoint: string | undefined;
  /** What runners and readers reach it by, where that differs. */
  readonly publicEndpoint: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly pathStyle: boolean;
  /** Undefined: the SDK's own chain (a role of the machine or the pod). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly partBytes: number;
  /** Files above it go in parts. */
  readonly multipartBytes: number;
  readonly urlSeconds: number;
  readonly timeoutMs: number;
}

/**
 * Undefined: no S3 is asked for, the folder is used.
 * @throws BenchbusError CONFIG_INVALID: half of it is given
 */
export function s3Settings(config: ArtifactConfig): S3Settings | undefined {
  const { S3_URL: endpoint, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret, S3_BUCKET: bucket } = config;
  if (endpoint === undefined && bucket === undefined) return undefined;
  const missing = [
    ...(bucket === undefined ? ['S3_BUCKET'] : []),
    ...(id === undefined && secret !== undefined ? ['S3_ACCESS_KEY_ID'] : []),
    ...(secret === undefined && id !== undefined ? ['S3_SECRET_ACCESS_KEY'] : []),
  ];
  if (missing.length > 0 || bucket === undefined)
    throw new BenchbusError({
      code: 'CONFIG_INVALID',
      message: `the artifacts are to lie in S3, but ${missing.join(' and ')} is not set`,
      where: missing.join(', '),
      hint: 'set S3_URL, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (no keys: a role); none of them: a folder',
    });
  return {
    endpoint,
    publicEndpoint: config.S3_PUBLIC_URL,
    region: config.S3_REGION,
    bucket,
    pathStyle: config.S3_PATH_STYLE,
    credentials: id !== undefined && secret !== undefined ? { accessKeyId: id, secretAccessKey: secret } : undefined,
    partBytes: config.BENCHBUS_ARTIFACTS_PART_BYTES,
    multipartBytes: config.BENCHBUS_ARTIFACTS_MULTIPART_BYTES,
    urlSeconds: config.BENCHBUS_ARTIFACTS_URL_SECONDS,
    timeoutMs: config.S3_TIMEOUT_MS,
  };
}
