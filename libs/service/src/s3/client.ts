import { S3Client } from '@aws-sdk/client-s3';
import { instrumented } from '../telemetry/instrumented.ts';
import type { S3Access } from './s3-access.ts';

/** A client for `endpoint`: what the service itself talks to, or what presigned URLs name. */
export function s3Client(settings: S3Access, endpoint: string | undefined): S3Client {
  const { region, pathStyle, credentials, timeoutMs } = settings;
  const Client = instrumented('s3', S3Client);
  return new Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    // We say which checksum a file has; the SDK's own CRC would have to be known by whoever uses a presigned URL.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Silence is a failure, in the answer's body, too: without the second the SDK only warns.
    requestHandler: {
      connectionTimeout: Math.min(5_000, timeoutMs),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
    },
    maxAttempts: 3,
  });
}
