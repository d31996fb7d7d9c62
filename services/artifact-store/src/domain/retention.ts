import type { AnyRecorded } from '@benchbus/events';

export interface Due {
  readonly artifactId: string;
  readonly key: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** What is kept, and until when. Changed by `retain` alone. */
export type Retention = Map<string, Due>;

export function retain(retention: Retention, event: AnyRecorded): Retention {
  const artifactId = event.subject.split('.')[2] ?? '';
  if (event.name === 'ArtifactStored')
    retention.set(artifactId, { artifactId, key: event.data.key, at: Date.parse(event.data.expiresAt) });
  if (event.name === 'ArtifactExpired') retention.delete(artifactId);
  return retention;
}

export const dueAt = (retention: Retention, now: number): Due[] =>
  [...retention.values()].filter(({ at }) => at <= now);

export const nextDue = (retention: Retention): number | undefined =>
  retention.size === 0 ? undefined : [...retention.values()].reduce((least, { at }) => Math.min(least, at), Infinity);
