import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { artifactUpload, BenchbusError, problemOf, subjects, type ArtifactClaim } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import { putFile } from '../adapters/put-file.ts';
import { attemptsOf } from '../domain/edge-view.ts';
import { artifactsDir } from './attempt-dirs.ts';
import { insistOnLog } from './insist-on-log.ts';
import { PERMANENT, requireUnchanged } from './require-unchanged.ts';
import type { RunnerContext } from './runner-context.ts';
import { createSlots } from './slots.ts';

const FIRST_RETRY_MS = 500;

/** The store's word about an artifact, if it has given it. */
async function settled({ bus }: RunnerContext, { artifactId }: ArtifactClaim): Promise<true | undefined> {
  const history = await bus.log.read(subjects.artifact(artifactId));
  return history.some((event) => event.name === 'ArtifactStored' || event.name === 'ArtifactRejected') || undefined;
}

interface Job {
  readonly file: string;
  readonly claim: ArtifactClaim;
  /** Aborts when the run is being released, or the runner stops. */
  readonly signal: AbortSignal;
  /** Held while a file is sent, but not while a refused one waits for its next try. */
  readonly slot: ReturnType<typeof createSlots>;
}

async function send(context: RunnerContext, { file, claim, signal }: Job): Promise<void> {
  const { bus, config } = context;
  if (signal.aborted || (await settled(context, claim))) return;
  await requireUnchanged(file, claim);
  const { BENCHBUS_RUN: runId, BENCHBUS_NODE: node, BENCHBUS_UPLOAD_TIMEOUT_MS: timeoutMs } = config;
  const ask = async () => {
    const offer = await namedEffect('upload-ask', () => bus.questions.ask(artifactUpload, { runId, node, claim }));
    return offer.parts ?? (offer.upload === undefined ? [] : [{ offset: 0, bytes: claim.bytes, ...offer.upload }]);
  };
  // Until nothing is asked for any more: a large file is asked for a few parts at a time, whichever have not arrived.
  for (let before: number | undefined, pieces = await ask(); ; pieces = await ask()) {
    const [first] = pieces;
    if (first === undefined) return;
    if (first.offset === before) throw notTaken(claim);
    before = first.offset;
    for (const piece of pieces) {
      // Each has its own time: of a large file in a slow network only the parts that failed are sent again.
      const sending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      await namedEffect('upload', () => putFile(file, piece, sending));
      const { offset, bytes } = piece;
      context.logger.debug({ artifact: claim.name, offset, bytes }, 'piece of an upload sent');
    }
  }
}

const notTaken = (claim: ArtifactClaim): BenchbusError =>
  new BenchbusError({
    code: 'UPLOAD_NOT_TAKEN',
    message: `the store asks again for what it has just been sent of ${claim.name}`,
    where: `artifact ${claim.artifactId}`,
    hint: 'replicas of the artifact-store have to use one folder or bucket',
  });

async function uploadOnce(context: RunnerContext, job: Job): Promise<void> {
  const { claim, signal, slot } = job;
  await slot(() => send(context, job));
  const what = `ArtifactStored of ${claim.name}`;
  const subject = subjects.artifact(claim.artifactId);
  // Not for ever: a store that died while it put the parts together has to be asked again.
  const { BENCHBUS_UPLOAD_RETRY_MAX_MS: timeoutMs } = context.config;
  await context.bus.log.waitFor([subject], () => settled(context, claim), { what, timeoutMs, signal });
}

/** Until the store has spoken about it, it cannot be uploaded at all, or `signal` aborts. Never rejects. */
async function untilSettled(context: RunnerContext, job: Job): Promise<void> {
  const { claim, signal } = job;
  for (
    let wait = FIRST_RETRY_MS;
    !signal.aborted;
    wait = Math.min(wait * 2, context.config.BENCHBUS_UPLOAD_RETRY_MAX_MS)
  ) {
    try {
      return await uploadOnce(context, job);
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error);
      if (PERMANENT.has(problem.code)) {
        return context.logger.error({ ...problem, artifact: claim.name }, 'an artifact cannot be uploaded');
      }
      context.logger.warn({ ...problem, artifact: claim.name, retryInMs: wait }, 'an upload failed');
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
  const slot = createSlots(context.config.BENCHBUS_UPLOADS_AT_ONCE);
  // Not when the run merely ended: a failed run's files are what tells why it failed.
  context.watch.onChange((view) => {
    if (!view.releasing || released.signal.aborted) return;
    released.abort();
    if (running.size > 0) context.logger.info('the run is being released: uploads end');
  });
  const start = (attempt: number, claim: ArtifactClaim): Promise<void> => {
    const file = join(artifactsDir(context.config.BENCHBUS_NODE_DIR, attempt), claim.name);
    const upload = running.get(claim.artifactId) ?? untilSettled(context, { file, claim, signal, slot });
    running.set(claim.artifactId, upload);
    return upload;
  };
  return {
    resume: async () => {
      const history = await insistOnLog(context, () => context.bus.log.read(context.subject));
      const claimed = attemptsOf(history, 'workload').flatMap(({ attempt, outcome }) =>
        outcome?.name === 'WorkloadFinished' || outcome?.name === 'WorkloadFailed'
          ? outcome.data.artifacts.map((claim) => ({ attempt, claim }))
          : [],
      );
      // All attempts' side by side: one file that the store keeps refusing must not hold up the others.
      await Promise.all(claimed.map(({ attempt, claim }) => start(attempt, claim)));
    },
  };
}
