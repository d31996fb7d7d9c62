import { subjects, type AnyDraft, type AnyRecorded, type EventData } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import type { Upload } from './claim.ts';

export type Stored = EventData<'ArtifactStored'>;

/** What the log says about one artifact. */
export type Artifact =
  | { readonly is: 'unknown' }
  | { readonly is: 'stored'; readonly stored: Stored; readonly eventId: string; readonly correlation: string }
  | { readonly is: 'rejected'; readonly problem: Problem }
  | { readonly is: 'expired'; readonly key: string };

export function artifactOf(history: readonly AnyRecorded[]): Artifact {
  return history.reduce<Artifact>(evolve, { is: 'unknown' });
}

function evolve(artifact: Artifact, event: AnyRecorded): Artifact {
  switch (event.name) {
    case 'ArtifactStored':
      return { is: 'stored', stored: event.data, eventId: event.id, correlation: event.correlation };
    case 'ArtifactRejected':
      return { is: 'rejected', problem: event.data.problem };
    case 'ArtifactExpired':
      return { is: 'expired', key: event.data.key };
    default:
      return artifact;
  }
}

/** What an artifact takes from its run. */
export interface RunFacts {
  readonly suiteId: string;
  readonly retentionMs: number;
  readonly released: boolean;
  /** Id of RunQueued: the cause of what happens to the run's artifacts. */
  readonly eventId: string;
}

export function runFacts(history: readonly AnyRecorded[]): RunFacts | undefined {
  const queued = history.find((event) => event.name === 'RunQueued');
  if (queued?.name !== 'RunQueued') return undefined;
  const { suiteId, settings } = queued.data;
  const released = history.some((event) => event.name === 'RunReleased');
  return { suiteId, retentionMs: settings.artifacts.retentionMs, released, eventId: queued.id };
}

/** The last moment an RFC 3339 date can name. */
const LAST = Date.UTC(9999, 11, 31);

export const expiryOf = (now: number, retentionMs: number): string =>
  new Date(Math.min(now + retentionMs, LAST)).toISOString();

export interface Decision extends Upload {
  readonly run: RunFacts;
}

/** The file lies there, verified. `now` in ms since the epoch. */
export function decideStored(
  history: readonly AnyRecorded[],
  of: Decision & { key: string },
  now: number,
): AnyDraft | undefined {
  if (artifactOf(history).is !== 'unknown') return undefined;
  const { runId, node, claim, run, key } = of;
  return {
    name: 'ArtifactStored',
    subject: subjects.artifact(claim.artifactId),
    data: {
      runId,
      node,
      name: claim.name,
      key,
      bytes: claim.bytes,
      sha256: claim.sha256,
      contentType: claim.contentType,
      expiresAt: expiryOf(now, run.retentionMs),
    },
    cause: run.eventId,
    discriminator: claim.artifactId,
    correlation: run.suiteId,
  };
}

/** What a rejection says of the artifact. */
export interface Rejection extends Pick<Upload, 'runId' | 'node'> {
  readonly claim: Pick<Upload['claim'], 'artifactId' | 'name'>;
}

/** No upload of this claim can succeed: said once, so that nobody waits for it. */
export function decideRejected(
  history: readonly AnyRecorded[],
  of: Rejection & { readonly run: RunFacts },
  problem: Problem,
): AnyDraft | undefined {
  if (artifactOf(history).is !== 'unknown') return undefined;
  const { runId, node, claim, run } = of;
  return {
    name: 'ArtifactRejected',
    subject: subjects.artifact(claim.artifactId),
    data: { runId, node, name: claim.name, problem },
    cause: run.eventId,
    discriminator: claim.artifactId,
    correlation: run.suiteId,
  };
}

export function decideExpired(history: readonly AnyRecorded[], artifactId: string): AnyDraft | undefined {
  const artifact = artifactOf(history);
  if (artifact.is !== 'stored') return undefined;
  return {
    name: 'ArtifactExpired',
    subject: subjects.artifact(artifactId),
    data: { runId: artifact.stored.runId, key: artifact.stored.key },
    cause: artifact.eventId,
    discriminator: artifactId,
    correlation: artifact.correlation,
  };
}

/** Is the stored artifact the one claimed? */
export const isSame = (stored: Stored, { runId, node, claim }: Upload): boolean =>
  stored.runId === runId && stored.node === node && stored.sha256 === claim.sha256 && stored.bytes === claim.bytes;
