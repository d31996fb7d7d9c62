import type { TestS3 } from '@benchbus/service/testing';

/** What tells the store to keep its artifacts in this bucket. */
export const s3Env = (s3: TestS3, bucket: string): Record<string, string> => ({
  S3_URL: s3.endpoint,
  S3_REGION: s3.region,
  S3_BUCKET: bucket,
  S3_ACCESS_KEY_ID: s3.accessKeyId,
  S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
});
