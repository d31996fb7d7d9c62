import type { AnyRecorded } from '@benchbus/events';

/** An artifact of a run, as the log tells of it. */
export interface ArtifactLine {
  readonly artifactId: string;
  readonly runId: string;
  readonly node: string;
  readonly name: string;
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly contentType: string;
  readonly expiresAt: string;
  readonly state: 'stored' | 'expired';
}

/** What was stored for a suite, or for one run of it, in the order it came; what expired since is among it, and says so. */
export function artifactLines(events: readonly AnyRecorded[], runId: string | undefined): ArtifactLine[] {
  const lines = new Map<string, ArtifactLine>();
  for (const event of events) {
    const artifactId = event.subject.split('.')[2] ?? '';
    if (event.name === 'ArtifactStored') lines.set(artifactId, { artifactId, ...event.data, state: 'stored' });
    const known = lines.get(artifactId);
    if (event.name === 'ArtifactExpired' && known) lines.set(artifactId, { ...known, state: 'expired' });
  }
  return [...lines.values()].filter((line) => runId === undefined || line.runId === runId);
}

/** Where each is put below the folder a person names: by run and node; a second one of a name is told by its id. */
export function placesOf(lines: readonly ArtifactLine[]): Map<string, ArtifactLine> {
  const places = new Map<string, ArtifactLine>();
  for (const line of lines) {
    const place = `${line.runId}/${line.node}/${line.name}`;
    places.set(places.has(place) ? `${line.runId}/${line.node}/${line.artifactId}/${line.name}` : place, line);
  }
  return places;
}
