import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { outputOf } from '../run-command.mjs';

const git = (...args) => outputOf('git', ['-C', ROOT, ...args])?.trim();

/** Which build this is: the version of the root's package.json, and the commit, `-dirty` where tracked files are changed. */
export function buildStamp() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const commit = git('rev-parse', '--short=12', 'HEAD') ?? 'unknown';
  const isDirty = (git('status', '--porcelain', '--untracked-files=no') ?? '') !== '';
  return { version, commit: isDirty ? `${commit}-dirty` : commit };
}
