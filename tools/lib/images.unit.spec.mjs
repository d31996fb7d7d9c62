import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './paths.mjs';

const read = (file) => readFileSync(join(ROOT, file), 'utf8');
const { workspaces } = JSON.parse(read('package.json'));
const packages = globSync(
  workspaces.map((workspace) => `${workspace}/package.json`),
  { cwd: ROOT },
).map(dirname);

// `npm ci` refuses a lock file of workspaces that are not there; Docker has no way to copy a pattern's folders.
test.each(['images/service/Dockerfile', 'images/runner/Dockerfile'])('%s installs all workspaces, by hand', (file) => {
  const copied = [...read(file).matchAll(/^COPY (\S+)\/package\.json (\S+)\/$/gm)];
  expect(packages.length).toBeGreaterThan(1);
  expect(copied.map(([, from]) => from).sort()).toEqual(packages.sort());
  for (const [, from, to] of copied) expect(to).toBe(from);
});
