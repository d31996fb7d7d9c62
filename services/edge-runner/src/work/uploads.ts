import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { artifactUpload, problemOf, subjects, type ArtifactClaim } from '@benchbus/events';
import { crashPoint } from '@benchbus/service';
import { putFile } from '../adapters/put-file.ts';
import { attemptsOf } from '../domain/edge-view.ts';
import { artifactsDir } from './attempt-dirs.ts';
import type { RunnerContext } from './runner-context.ts';

const FIRST_RETRY_MS = 500;

/** The store's word about an artifact, if it has given it. */
async function settled({ bus }: RunnerContext, { artifactId }: ArtifactClaim): Promise<true | undefined> {
  const history = await bus.log.read(subjects.artifact(artifactId));
  return history.some((event) => event.name === 'ArtifactStored' || event.name === 'ArtifactRejected') || undefined;
}

async function uploadOnce(context: RunnerContext, file: string, claim: ArtifactClaim, signal: AbortSignal) {
  const { bus, config } = context;
  if (await settled(context, claim)) return;
  const { BENCHBUS_RUN: runId, BENCHBUS_NODE: node, BENCHBUS_UPLOAD_TIMEOUT_MS: timeoutMs } = config;
  const { upload } = await bus.questions.ask(artifactUpload, { runId, node, claim });
  if (upload !== undefined) {
    crashPoint('before.upload');
    await putFile(file, claim.bytes, upload, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    crashPoint('after.upload');
  }
  const what = `ArtifactStored of ${claim.name}`;
  const subject = subjects.artifact(claim.artifactId);
  await bus.log.waitFor([subject], () => settled(context, claim), { what, timeoutMs, signal });
}

async function untilSettled(context: RunnerContext, file: string, claim: ArtifactClaim, signal: AbortSignal) {
  for (
    let wait = FIRST_RETRY_MS;
    !signal.aborted;
    wait = Math.min(wait * 2, context.config.BENCHBUS_UPLOAD_RETRY_MAX_MS)
  ) {
    try {
      return await uploadOnce(context, file, claim, signal);
    } catch (error) {
      if (signal.aborted) return;
      context.logger.warn({ ...problemOf(error), artifact: claim.name, retryInMs: wait }, 'an upload failed');
      // The store may be down for a while and announces nothing: a bounded back-off, until the run is released.
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Uploads of what the log says this node left, until the store has spoken about each or the run is being released. */
export interface Uploads {
  /** Looks at the log and uploads what is open; safe to call again and again. */
  resume(): Promise<void>;
}

export function createUploads(context: RunnerContext): Uploads {
  const released = new AbortController();
  const signal = AbortSignal.any([released.signal, context.stopping]);
  const running = new Map<string, Promise<void>>();
  context.watch.onChange((view) => {
    if (view.releasing) released.abort();
  });
  const start = (attempt: number, claim: ArtifactClaim): Promise<void> => {
    const file = join(artifactsDir(context.config.BENCHBUS_NODE_DIR, attempt), claim.name);
    const known = running.get(claim.artifactId);
    const upload = known ?? untilSettled(context, file, claim, signal);
    running.set(claim.artifactId, upload);
    return upload;
  };
  return {
    resume: async () => {
      const history = await context.bus.log.read(context.subject);
      for (const { attempt, outcome } of attemptsOf(history, 'workload')) {
        if (outcome?.name !== 'WorkloadFinished' && outcome?.name !== 'WorkloadFailed') continue;
        // Side by side: one that the store keeps refusing must not hold up the others.
        await Promise.all(outcome.data.artifacts.map((claim) => start(attempt, claim)));
      }
    },
  };
}
