import { dirname, join, resolve } from 'node:path';
import { problemOf } from '@benchbus/events';
import type { Logger } from 'pino';
import type { Backend } from './adapters/backend.ts';
import { FolderBackend } from './adapters/folder/folder-backend.ts';
import { FolderStorage } from './adapters/folder/folder-storage.ts';
import { signingKey } from './adapters/folder/signing-key.ts';
import { UploadServer } from './adapters/folder/upload-server.ts';
import { makeBucketLater } from './adapters/s3/make-bucket-later.ts';
import { S3Backend } from './adapters/s3/s3-backend.ts';
import { mayPass } from '@benchbus/service/s3';
import { s3Settings } from './adapters/s3/s3-settings.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { ArtifactConfig } from './config.ts';

/** Where artifacts lie, and how they get there. */
export interface OpenBackend {
  readonly backend: Backend;
  /** Begins to take bytes, where this service takes them itself; resolves with where they lie, for the log. */
  serve(store: ArtifactStore): Promise<string>;
  stop(): Promise<void>;
}

/** S3 where it is configured, else a folder with an endpoint of our own. */
export function openBackend(config: ArtifactConfig, logger: Logger): Promise<OpenBackend> {
  const s3 = s3Settings(config);
  return s3 === undefined ? openFolder(config, logger) : openS3(new S3Backend(s3), s3.bucket, config, logger);
}

/** @throws BenchbusError STORE_CREDENTIALS | STORE_BUCKET: no upload could succeed */
async function openS3(
  backend: S3Backend,
  bucket: string,
  { S3_CREATE_BUCKET: create, S3_RETRY_MS: retryMs }: ArtifactConfig,
  logger: Logger,
): Promise<OpenBackend> {
  const ending = new AbortController();
  let making: Promise<void> | undefined;
  try {
    if (create && (await backend.ensureBucket())) logger.info({ bucket }, 'the bucket was not there, and was made');
    else await backend.check();
  } catch (error) {
    // One that is down comes back, and who asks meanwhile is told.
    if (!mayPass(error)) throw error;
    logger.warn(problemOf(error), 'started while S3 does not serve');
    if (create) making = makeBucketLater({ backend, bucket, retryMs, logger, signal: ending.signal });
  }
  return {
    backend,
    serve: () => Promise.resolve(`s3://${bucket}`),
    stop: async () => {
      ending.abort();
      await making;
      backend.close();
    },
  };
}

async function openFolder(config: ArtifactConfig, logger: Logger): Promise<OpenBackend> {
  const folder = resolve(config.BENCHBUS_ARTIFACTS_DIR ?? join(config.BENCHBUS_STATE_DIR, 'artifacts'));
  const storage = new FolderStorage(folder);
  await storage.prepare();
  const key = await signingKey(config.BENCHBUS_ARTIFACTS_SIGNING_KEY, join(dirname(folder), 'artifacts-signing.key'));
  const { BENCHBUS_ARTIFACTS_HOST: host, BENCHBUS_ARTIFACTS_URL_SECONDS: urlSeconds } = config;
  let base = config.BENCHBUS_ARTIFACTS_PUBLIC_URL ?? '';
  let server: UploadServer | undefined;
  return {
    backend: new FolderBackend({ storage, key, urlSeconds, base: () => base }),
    serve: async (store) => {
      server = new UploadServer({
        store,
        storage,
        key,
        logger: logger.child({ name: 'upload' }),
        host,
        port: config.BENCHBUS_ARTIFACTS_PORT,
        idleMs: config.BENCHBUS_ARTIFACTS_IDLE_MS,
        uploadMs: config.BENCHBUS_ARTIFACTS_UPLOAD_MS,
      });
      const port = await server.start();
      base ||= `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      return `${folder} (${base})`;
    },
    stop: async () => server?.stop(),
  };
}
