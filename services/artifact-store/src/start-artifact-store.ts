import { join, resolve } from 'node:path';
import { checkpointFolder, isBucket, signingKeyFile } from '@benchbus/audit';
import { checkpointsInS3 } from '@benchbus/audit/s3';
import { artifactLink, artifactUpload } from '@benchbus/events';
import type { RunningService, ServiceContext } from '@benchbus/service';
import { AbandonedUploads } from './adapters/abandoned-uploads.ts';
import { RetentionTimer } from './adapters/retention-timer.ts';
import { ArtifactStore } from './artifact-store.ts';
import { Checkpointer } from './checkpoints/checkpointer.ts';
import type { ArtifactConfig } from './config.ts';
import { openBackend } from './open-backend.ts';

type Context = Pick<ServiceContext<ArtifactConfig>, 'bus' | 'logger'> & { readonly config: ArtifactConfig };

/** Signs the log's checkpoints: the service that keeps evidence is none of those that write the results. */
async function startCheckpointer({ bus, config, logger }: Context): Promise<{ stop(): Promise<void> }> {
  const state = config.BENCHBUS_STATE_DIR;
  const where = config.BENCHBUS_CHECKPOINTS_DIR ?? join(state, 'checkpoints');
  const bucket = isBucket(where) ? checkpointsInS3(where, config) : undefined;
  const place = bucket?.place ?? checkpointFolder(resolve(where));
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
  return {
    stop: async () => {
      await checkpointer.stop();
      bucket?.close();
    },
  };
}

/** Backend → use cases → the questions that lead to it, the retention timer, unfinished uploads, and the checkpoints. */
export async function startArtifactStore({ bus, config, logger }: Context): Promise<RunningService> {
  const opened = await openBackend(config, logger);
  const store = new ArtifactStore({
    log: bus.log,
    backend: opened.backend,
    logger: logger.child({ name: 'store' }),
    maxBytes: config.BENCHBUS_ARTIFACTS_MAX_BYTES,
    maxMismatches: config.BENCHBUS_ARTIFACTS_MAX_MISMATCHES,
  });
  const place = await opened.serve(store);
  const answering = await Promise.all([
    bus.questions.answer(artifactUpload, (upload) => store.offer(upload)),
    bus.questions.answer(artifactLink, ({ artifactId }) => store.link(artifactId)),
  ]);
  const retention = new RetentionTimer({
    log: bus.log,
    expire: ({ artifactId, key }) => store.expire(artifactId, key),
    settleParked: (letter) => store.settleParked(letter),
    logger: logger.child({ name: 'retention' }),
    retryMs: config.BENCHBUS_ARTIFACTS_RETRY_MS,
  });
  await retention.start();
  const abandoned = new AbandonedUploads({
    log: bus.log,
    abandon: (suiteId, runId) => store.abandon(suiteId, runId),
    abandonReleased: () => store.abandonReleased(),
    urlMs: config.BENCHBUS_ARTIFACTS_URL_SECONDS * 1000,
    logger: logger.child({ name: 'abandoned' }),
    retryMs: config.BENCHBUS_ARTIFACTS_RETRY_MS,
  });
  await abandoned.start();
  const checkpointer = await startCheckpointer({ bus, config, logger });
  logger.info({ place }, 'artifacts are taken');
  return {
    stop: async () => {
      await Promise.all(answering.map((one) => one.stop()));
      await abandoned.stop();
      await retention.stop();
      await store.drain();
      await opened.stop();
      await checkpointer.stop();
    },
  };
}
