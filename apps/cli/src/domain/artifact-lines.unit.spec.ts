import { expect, it } from 'vitest';
import type { AnyRecorded } from '@benchbus/events';
import { artifactLines, placesOf } from './artifact-lines.ts';

const data = { node: 'load', name: 'pgbench.log', key: 'k', bytes: 1, sha256: 's', contentType: 't', expiresAt: 'e' };
const stored = (artifactId: string, runId = 'r1', more: object = {}): AnyRecorded =>
  ({ name: 'ArtifactStored', subject: `evt.artifact.${artifactId}`, data: { ...data, runId, ...more } }) as never;
const expired = (artifactId: string): AnyRecorded =>
  ({ name: 'ArtifactExpired', subject: `evt.artifact.${artifactId}`, data: { runId: 'r1', key: 'k' } }) as never;

it('lists what was stored, of a suite or a run, and says what expired', () => {
  const events = [stored('a'), stored('b', 'r2'), expired('a'), expired('never-seen')];
  expect(artifactLines(events, undefined).map(({ artifactId, state }) => [artifactId, state])).toEqual([
    ['a', 'expired'],
    ['b', 'stored'],
  ]);
  expect(artifactLines(events, 'r2').map(({ artifactId }) => artifactId)).toEqual(['b']);
});

it('puts two files of one name in places of their own', () => {
  const lines = artifactLines([stored('a'), stored('b'), stored('c', 'r1', { node: 'pg' })], undefined);
  expect([...placesOf(lines).keys()]).toEqual(['r1/load/pgbench.log', 'r1/load/b/pgbench.log', 'r1/pg/pgbench.log']);
});
