import { s3Access, type S3Access } from '@benchbus/service/s3';
import type { ArtifactConfig } from '../../config.ts';

export interface S3Settings extends S3Access {
  /** What runners and readers reach it by, where that differs. */
  readonly publicEndpoint: string | undefined;
  readonly partBytes: number;
  /** Files above it go in parts. */
  readonly multipartBytes: number;
  readonly urlSeconds: number;
}

/**
 * Undefined: no S3 is asked for, the folder is used.
 * @throws BenchbusError CONFIG_INVALID: half of it is given
 */
export function s3Settings(config: ArtifactConfig): S3Settings | undefined {
  if (config.S3_URL === undefined && config.S3_BUCKET === undefined) return undefined;
  return {
    ...s3Access(config, config.S3_BUCKET),
    publicEndpoint: config.S3_PUBLIC_URL,
    partBytes: config.BENCHBUS_ARTIFACTS_PART_BYTES,
    multipartBytes: config.BENCHBUS_ARTIFACTS_MULTIPART_BYTES,
    urlSeconds: config.BENCHBUS_ARTIFACTS_URL_SECONDS,
  };
}
