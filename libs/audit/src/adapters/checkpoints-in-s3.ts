import { BenchbusError } from '@benchbus/events';
import { S3, s3Access, s3Variables } from '@benchbus/service/s3';
import { checkpointBucket } from './checkpoint-bucket.ts';
import type { CheckpointPlace } from './checkpoint-folder.ts';

const invalid = (message: string): BenchbusError =>
  new BenchbusError({
    code: 'CONFIG_INVALID',
    message,
    where: 'BENCHBUS_CHECKPOINTS_DIR',
    hint: 's3://bucket/prefix, with S3_URL, S3_REGION, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY; or a folder',
  });

/**
 * The checkpoints at `s3://bucket/prefix`, by the S3_… variables of `env`.
 * @throws BenchbusError CONFIG_INVALID
 */
export function checkpointsInS3(
  where: string,
  env: Readonly<Record<string, unknown>>,
): { readonly place: CheckpointPlace; close(): void } {
  const url = URL.parse(where);
  if (url === null || url.hostname === '') throw invalid(`${where} names no bucket`);
  const variables = s3Variables.safeParse(env);
  if (!variables.success) throw invalid(variables.error.issues.map(({ message }) => message).join('; '));
  const s3 = new S3(s3Access(variables.data, url.hostname));
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  return { place: checkpointBucket(s3, prefix === '' ? '' : `${prefix}/`), close: () => s3.close() };
}
