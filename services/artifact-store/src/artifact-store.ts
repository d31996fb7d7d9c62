import {
  BenchbusError,
  decideAndAppend,
  parseSubject,
  problemOf,
  problemOfLetter,
  subjects,
  TypeTooNew,
  type EventLog,
  type ParkedLetter,
  type UploadOffer,
} from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import type { Logger } from 'pino';
import type { Backend, Link } from './adapters/backend.ts';
import {
  artifactOf,
  decideExpired,
  decideRejected,
  decideStored,
  isSame,
  runFacts,
  type Artifact,
  type Rejection,
  type RunFacts,
} from './domain/artifact.ts';
import { artifactIdOfKey, artifactKey, claimFault, ownerOfKey, runPrefix, type Upload } from './domain/claim.ts';
import { ownerOf } from './domain/owner.ts';
import { UploadError } from './domain/upload-error.ts';

export interface StoreOptions {
  readonly log: EventLog;
  readonly backend: Backend;
  readonly logger: Logger;
  readonly maxBytes: number;
  /** After so many complete uploads with a wrong checksum, the claim is rejected for good. */
  readonly maxMismatches: number;
  readonly now?: () => number;
}

/**
 * The use cases. The file comes first, the fact after it: a crash between them leaves a file without a fact, which the next
 * ask or upload of that artifact finds and records.
 */
export class ArtifactStore {
  readonly #options: StoreOptions;
  readonly #now: () => number;
  readonly #mismatches = new Map<string, number>();
  /** Of artifacts that arrived in parts. */
  readonly #working = new Map<string, Promise<void>>();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Where what is missing of this artifact is to be put; empty if nothing is: then it is recorded, or soon will be.
   * @throws BenchbusError RUN_UNKNOWN, RUN_RELEASED, why it was rejected, ARTIFACT_EXPIRED, ARTIFACT_DIFFERS, or the backend's
   */
  async offer(upload: Upload): Promise<UploadOffer> {
    const run = await this.#run(upload.runId);
    const state = await this.#known(upload);
    if (state === 'stored') return {};
    const fault = claimFault(upload, this.#options.maxBytes);
    if (fault !== undefined) {
      await this.#reject(upload, run, fault);
      throw new BenchbusError(fault);
    }
    const { backend } = this.#options;
    if (this.#working.has(upload.claim.artifactId)) return {};
    if (backend.verifiesAtOnce(upload) && (await this.#recover(upload, run))) return {};
    // Nothing that begins now would be ended.
    if (run.released)
      throw new UploadError('RUN_RELEASED', {
        message: 'the run is released',
        where: `run ${upload.runId}`,
        hint: 'a longer timeouts.artifacts keeps it open for slow uploads',
      });
    const key = artifactKey(run.suiteId, upload);
    return (await backend.offer(key, upload)) ?? this.#putTogether(upload, run, key);
  }

  /**
   * All of it has arrived in parts. Put together, read and recorded behind the answer: that takes its time, and the log tells
   * the sender how it ended. What a crash interrupts here, the next ask takes up.
   */
  #putTogether(upload: Upload, run: RunFacts, key: string): UploadOffer {
    const { backend, logger } = this.#options;
    const { artifactId, sha256 } = upload.claim;
    const work = async (): Promise<void> => {
      await backend.putTogether(key, upload);
      if (await this.#recover(upload, run)) return;
      await backend.delete(key);
      await this.#mismatch(upload, run, {
        code: 'UPLOAD_CHECKSUM',
        message: `what arrived has not the SHA-256 ${sha256} that was claimed`,
        hint: 'the file changed after it was claimed, or was damaged on its way',
      });
    };
    const running =
      this.#working.get(artifactId) ??
      work()
        .catch((error: unknown) => logger.warn({ ...problemOf(error), key }, 'an artifact could not be put together'))
        .finally(() => this.#working.delete(artifactId));
    this.#working.set(artifactId, running);
    return {};
  }

  /**
   * Where a stored artifact can be read.
   * @throws BenchbusError ARTIFACT_UNKNOWN | ARTIFACT_REJECTED | ARTIFACT_EXPIRED
   */
  async link(artifactId: string): Promise<Link> {
    const artifact = artifactOf(await this.#options.log.read(subjects.artifact(artifactId)));
    if (artifact.is === 'stored') return this.#options.backend.link(artifact.stored.key, artifactId);
    const where = `artifact ${artifactId}`;
    if (artifact.is === 'unknown')
      throw new BenchbusError({ code: 'ARTIFACT_UNKNOWN', message: 'no such artifact is stored', where });
    throw gone(artifact, where);
  }

  /** Finishes what was begun. */
  async drain(): Promise<void> {
    await Promise.all(this.#working.values());
  }

  /** The run is over and released: nothing of it arrives any more. */
  async abandon(suiteId: string, runId: string): Promise<void> {
    const { backend, log, logger } = this.#options;
    const prefix = runPrefix(suiteId, runId);
    await backend.abandon(prefix);
    // What arrived whole, and was never asked about again, has no fact, and so no retention.
    for (const key of await backend.keys(prefix)) {
      const artifactId = artifactIdOfKey(key);
      const artifact = artifactId && artifactOf(await log.read(subjects.artifact(artifactId)));
      if (!artifact || artifact.is === 'stored') continue;
      await backend.delete(key);
      logger.warn({ key }, 'an object that nobody recorded was removed');
    }
  }

  /** The same of what was released while nobody looked: what no run of this log began is left alone. */
  async abandonReleased(): Promise<void> {
    const owners = new Map(
      (await this.#options.backend.unfinished()).map(ownerOfKey).map((owner) => [owner?.runId, owner]),
    );
    for (const owner of owners.values()) {
      if (owner === undefined) continue;
      const run = runFacts(await this.#options.log.read(subjects.run(owner.runId)));
      if (run?.released && run.suiteId === owner.suiteId) await this.abandon(owner.suiteId, owner.runId);
    }
  }

  /**
   * Takes the bytes of a verified upload by `put`. `already`: it was stored before, the bytes were not needed.
   * @throws UploadError
   */
  async take(upload: Upload, put: (key: string) => Promise<void>): Promise<'stored' | 'already'> {
    const run = await this.#run(upload.runId);
    if ((await this.#known(upload)) === 'stored' || (await this.#recover(upload, run))) return 'already';
    try {
      await put(artifactKey(run.suiteId, upload));
    } catch (error) {
      if (error instanceof UploadError && error.code === 'UPLOAD_CHECKSUM')
        await this.#mismatch(upload, run, error.problem);
      throw error;
    }
    await this.#record(upload, run);
    return 'stored';
  }

  /** Its retention is over: the file goes, then the fact says so. */
  async expire(artifactId: string, key: string): Promise<void> {
    await this.#options.backend.delete(key);
    await decideAndAppend(this.#options.log, subjects.artifact(artifactId), (history) =>
      decideExpired(history, artifactId),
    );
    this.#options.logger.info({ artifactId, key }, 'artifact expired');
  }

  /**
   * A fact about an artifact was parked. If nothing that can be read says what became of the artifact, it is rejected: its run
   * would wait for it until the stage's deadline.
   */
  async settleParked(letter: ParkedLetter): Promise<void> {
    const [artifactId] = parseSubject(letter.subject)?.ids ?? [];
    const owner = ownerOf(letter.body);
    if (artifactId === undefined || owner === undefined) return;
    const { runId, node, name } = owner;
    try {
      const run = runFacts(await this.#options.log.read(subjects.run(runId)));
      if (run === undefined) return;
      await this.#reject({ runId, node, claim: { artifactId, name } }, run, problemOfLetter(letter));
    } catch (error) {
      // A newer benchbus goes on with this run; nobody else's artifacts must wait for it.
      if (!(error instanceof TypeTooNew)) throw error;
    }
  }

  async #run(runId: string): Promise<RunFacts> {
    const run = runFacts(await this.#options.log.read(subjects.run(runId)));
    if (run !== undefined) return run;
    throw new UploadError('RUN_UNKNOWN', { message: `there is no run ${runId}`, where: `run ${runId}` });
  }

  async #known(upload: Upload): Promise<'unknown' | 'stored'> {
    const { artifactId } = upload.claim;
    const artifact = artifactOf(await this.#options.log.read(subjects.artifact(artifactId)));
    const where = `artifact ${artifactId}`;
    if (artifact.is === 'unknown') return 'unknown';
    if (artifact.is !== 'stored') throw gone(artifact, where);
    if (!isSame(artifact.stored, upload))
      throw new UploadError('ARTIFACT_DIFFERS', { message: 'another file is stored under this id', where });
    return 'stored';
  }

  /** A file that lies there without a fact is recorded if it is whole; if not, the next upload replaces it. */
  async #recover(upload: Upload, run: RunFacts): Promise<boolean> {
    const { backend, logger } = this.#options;
    const key = artifactKey(run.suiteId, upload);
    const found = await backend.verify(key, upload.claim);
    if (found === 'different') logger.warn({ code: 'ARTIFACT_DAMAGED', key }, 'a file is not what was claimed');
    if (found !== 'same') return false;
    logger.info({ key }, 'a file without a fact was found and is recorded');
    await this.#record(upload, run);
    return true;
  }

  async #record(upload: Upload, run: RunFacts): Promise<void> {
    const key = artifactKey(run.suiteId, upload);
    const { backend, log, logger } = this.#options;
    await decideAndAppend(log, subjects.artifact(upload.claim.artifactId), (history) =>
      decideStored(history, { ...upload, run, key }, this.#now()),
    );
    this.#mismatches.delete(upload.claim.artifactId);
    // Another upload of the artifact may have been rejected meanwhile: then this is not kept, and the sender is told.
    const { is } = artifactOf(await log.read(subjects.artifact(upload.claim.artifactId)));
    if (is === 'rejected') await backend.delete(key);
    await this.#known(upload);
    logger.info({ key, bytes: upload.claim.bytes }, 'artifact stored');
  }

  async #mismatch(upload: Upload, run: RunFacts, problem: Problem): Promise<void> {
    const { artifactId } = upload.claim;
    const count = (this.#mismatches.get(artifactId) ?? 0) + 1;
    this.#mismatches.set(artifactId, count);
    if (count < this.#options.maxMismatches) return;
    this.#mismatches.delete(artifactId);
    await this.#reject(upload, run, { ...problem, where: `node ${upload.node}, ${upload.claim.name}` });
  }

  async #reject(upload: Rejection, run: RunFacts, problem: Problem): Promise<void> {
    const { artifactId } = upload.claim;
    const rejected = await decideAndAppend(this.#options.log, subjects.artifact(artifactId), (history) =>
      decideRejected(history, { ...upload, run }, problem),
    );
    if (rejected !== undefined) this.#options.logger.warn({ artifactId, ...problem }, 'artifact rejected');
  }
}

/** Why an artifact that the log knows is not there. */
function gone(artifact: Extract<Artifact, { is: 'rejected' | 'expired' }>, where: string): UploadError {
  if (artifact.is === 'expired')
    return new UploadError('ARTIFACT_EXPIRED', { message: 'its retention is over', where });
  const { problem } = artifact;
  return new UploadError('ARTIFACT_REJECTED', { ...problem, message: `${problem.code}: ${problem.message}`, where });
}
