import { expect, it } from 'vitest';
import { releaseNotes } from './release-notes.mjs';

const commits = [
  { id: 'a1', message: 'feat(edge-runner): the runner as one file' },
  { id: 'b2', message: 'fix!: another order of columns\n\nLonger.' },
  { id: 'c3', message: 'refactor: nobody notices' },
  { id: 'd4', message: 'feat: new events\n\nText.\n\nBREAKING CHANGE: old readers stop' },
  { id: 'e5', message: 'Merge branch' },
];

it('writes what users notice, breaking changes first, with the files’ checksums', () => {
  const files = [{ name: 'benchbus-edge-runner-linux-x64', sha256: 'ab' }];
  expect(releaseNotes(commits, { tag: 'v1.0.0', previous: 'v0.9.0', files })).toBe(`# v1.0.0

Since v0.9.0.

## Breaking

- another order of columns (b2)
- old readers stop (d4)

## New

- **edge-runner**: the runner as one file (a1)
- new events (d4)

## Fixed

- another order of columns (b2)

## SHA-256

\`\`\`
ab  benchbus-edge-runner-linux-x64
\`\`\`
`);
  expect(releaseNotes([], { tag: 'v1', files })).toContain('Nothing that users notice.');
});
