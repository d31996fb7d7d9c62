import { BenchbusError } from '@benchbus/events';
import { S3, s3Access, s3Variables } from '@benchbus/service/s3';
import type { z } from 'zod';
import { checkpointBucket } from './checkpoint-bucket.ts';
import type { CheckpointPlace } from './checkpoint-folder.ts';

export interface BucketPlace {
  readonly place: CheckpointPlace;
  close(): void;
}

const invalid = (message: string): BenchbusError =>
  new BenchbusError({
    code: 'CONFIG_INVALID',
    message,
    where: 'BENCHBUS_CHECKPOINTS_DIR',
    hint: 's3://bucket/prefix, with S3_URL, S3_REGION, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY; or a folder',
  });

/**
 * The checkpoints at `s3://bucket/prefix`.
 * @param settings the S3_… variables, as a service has read them
 * @throws BenchbusError CONFIG_INVALID
 */
export function checkpointsInS3(where: string, settings: z.output<typeof s3Variables>): BucketPlace {
  const url = URL.parse(where);
  if (url === null || url.hostname === '') throw invalid(`${where} names no bucket`);
  const s3 = new S3(s3Access(settings, url.hostname));
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  return { place: checkpointBucket(s3, prefix === '' ? '' : `${prefix}/`), close: () => s3.close() };
}

/** The same, by the variables of an environment. @throws BenchbusError CONFIG_INVALID */
export function checkpointsInS3Of(where: string, env: Readonly<Record<string, string | undefined>>): BucketPlace {
  const settings = s3Variables.safeParse(env);
  if (settings.success) return checkpointsInS3(where, settings.data);
  throw invalid(settings.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
