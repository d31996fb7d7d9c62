import { dirname, join, resolve } from 'node:path';
import { checkpointFolder, signingKeyFile } from '@benchbus/audit';
import { artifactUpload } from '@benchbus/events';
import type { RunningService, ServiceContext } from '@benchbus/service';
import { FolderBackend } from './adapters/folder-backend.ts';
import { RetentionTimer } from './adapters/retention-timer.ts';
import { signingKey } from './adapters/signing-key.ts';
import { UploadServer } from './adapters/upload-server.ts';
import { ArtifactStore } from './artifact-store.ts';
import { Checkpointer } from './checkpoints/checkpointer.ts';
import type { ArtifactConfig } from './config.ts';
import { headerContentType } from './domain/claim.ts';
import { signedQuery } from './domain/signature.ts';

type Context = Pick<ServiceContext<ArtifactConfig>, 'bus' | 'logger'> & { readonly config: ArtifactConfig };

/** Signs the log's checkpoints: the service that keeps evidence is none of those that write the results. */
async function startCheckpointer({ bus, config, logger }: Context): Promise<Checkpointer> {
  const state = config.BENCHBUS_STATE_DIR;
  const place = checkpointFolder(resolve(config.BENCHBUS_CHECKPOINTS_DIR ?? join(state, 'checkpoints')));
  const key = await signingKeyFile(
    resolve(config.BENCHBUS_CHECKPOINT_KEY_FILE ?? join(state, 'secrets', 'checkpoint.key')),
  );
  const checkpointer = new Checkpointer({
    log: bus.log,
    place,
    key,
    logger: logger.child({ name: 'checkpoints' }),
    everyMs: config.BENCHBUS_CHECKPOINT_EVERY_MS,
    connected: bus.connected,
  });
  await checkpointer.start();
  return checkpointer;
}

/** Folder → use cases → upload endpoint, the question that leads to it, the retention timer, and the checkpoints. */
export async function startArtifactStore({ bus, config, logger }: Context): Promise<RunningService> {
  const folder = resolve(config.BENCHBUS_ARTIFACTS_DIR ?? join(config.BENCHBUS_STATE_DIR, 'artifacts'));
  const backend = new FolderBackend(folder);
  await backend.prepare();
  const key = await signingKey(config.BENCHBUS_ARTIFACTS_SIGNING_KEY, join(dirname(folder), 'artifacts-signing.key'));
  const store = new ArtifactStore({
    log: bus.log,
    backend,
    logger: logger.child({ name: 'store' }),
    maxBytes: config.BENCHBUS_ARTIFACTS_MAX_BYTES,
    maxMismatches: config.BENCHBUS_ARTIFACTS_MAX_MISMATCHES,
  });
  const server = new UploadServer({
    store,
    key,
    logger: logger.child({ name: 'upload' }),
    host: config.BENCHBUS_ARTIFACTS_HOST,
    port: config.BENCHBUS_ARTIFACTS_PORT,
    idleMs: config.BENCHBUS_ARTIFACTS_IDLE_MS,
    uploadMs: config.BENCHBUS_ARTIFACTS_UPLOAD_MS,
  });
  const port = await server.start();
  const base = config.BENCHBUS_ARTIFACTS_PUBLIC_URL ?? `http://${urlHost(config.BENCHBUS_ARTIFACTS_HOST)}:${port}`;

  const answering = await bus.questions.answer(artifactUpload, async (upload) => {
    if (!(await store.isWanted(upload))) return {};
    const expires = Math.ceil(Date.now() / 1000) + config.BENCHBUS_ARTIFACTS_URL_SECONDS;
    const query = signedQuery(key, upload, expires).toString();
    return {
      upload: {
        url: `${base.replace(/\/$/, '')}/artifacts/${upload.claim.artifactId}?${query}`,
        headers: { 'content-type': headerContentType(upload.claim.contentType) },
      },
    };
  });
  const retention = new RetentionTimer({
    log: bus.log,
    expire: ({ artifactId, key: file }) => store.expire(artifactId, file),
    settleParked: (letter) => store.settleParked(letter),
    logger: logger.child({ name: 'retention' }),
    retryMs: config.BENCHBUS_ARTIFACTS_RETRY_MS,
  });
  await retention.start();
  const checkpointer = await startCheckpointer({ bus, config, logger });
  logger.info({ folder, address: base }, 'artifacts are taken');
  return {
    stop: async () => {
      await answering.stop();
      await server.stop();
      await retention.stop();
      await checkpointer.stop();
    },
  };
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
