import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  paginateListObjectsV2,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { BenchbusError } from '@benchbus/events';
import { s3Client, type S3Access } from '@benchbus/service/s3';
import { stateUnreachable } from './domain/problems.ts';
import { runRecord } from './run-record.ts';
import type { StateStore } from './state-store.ts';

const RECORD = '.record.json';

/**
 * The artifact store's S3, with lock files: terraform's `s3` backend with `use_lockfile`.
 * @param prefix `terraform/<installation>`, without slashes around
 */
export function s3Store(access: S3Access, prefix: string): StateStore & { close(): void } {
  const { bucket, region, endpoint, pathStyle, credentials } = access;
  const client = s3Client(access, endpoint);
  const stateKey = (runId: string) => `${prefix}/${runId}.tfstate`;
  const recordKey = (runId: string) => `${prefix}/${runId}${RECORD}`;
  const where = `s3://${bucket}/${prefix}`;
  /** Whatever S3 refuses or does not answer gets a code: a destroy that meets it is tried again. */
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new BenchbusError(stateUnreachable(where, why), { cause: error });
    }
  };
  return {
    where,
    env:
      credentials === undefined
        ? {}
        : { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
    backend: (runId) => ({
      s3: {
        bucket,
        key: stateKey(runId),
        region,
        use_lockfile: true,
        use_path_style: pathStyle,
        // What only AWS has.
        ...(endpoint === undefined
          ? {}
          : {
              endpoints: { s3: endpoint },
              skip_credentials_validation: true,
              skip_requesting_account_id: true,
              skip_metadata_api_check: true,
              skip_region_validation: true,
              skip_s3_checksum: true,
            }),
      },
    }),
    runs: () =>
      ask(async () => {
        const found: string[] = [];
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${prefix}/` }))
          for (const { Key = '' } of page.Contents ?? [])
            if (Key.endsWith(RECORD)) found.push(Key.slice(prefix.length + 1, -RECORD.length));
        return found;
      }),
    get: async (runId) => {
      const text = await ask(async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: recordKey(runId) }));
          return (await Body?.transformToString()) ?? '';
        } catch (error) {
          if (error instanceof NoSuchKey) return undefined;
          throw error;
        }
      });
      return text === undefined ? undefined : runRecord.parse(JSON.parse(text));
    },
    put: async (record) => {
      const Body = JSON.stringify(record);
      const what = { Bucket: bucket, Key: recordKey(record.runId), Body, ContentType: 'application/json' };
      await ask(() => client.send(new PutObjectCommand(what)));
    },
    remove: async (runId) => {
      // The record last: as long as it is there, the run is looked at again.
      for (const Key of [stateKey(runId), `${stateKey(runId)}.tflock`, recordKey(runId)])
        await ask(() => client.send(new DeleteObjectCommand({ Bucket: bucket, Key })));
    },
    close: () => client.destroy(),
  };
}
