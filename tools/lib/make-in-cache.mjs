import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { cacheDir } from './paths.mjs';
import { outputOf, runLoud, say } from './run-command.mjs';
import { atLeast, parseVersion } from './versions.mjs';

export const OLDEST_GO = [1, 26];

function workIn(cache) {
  try {
    mkdirSync(cache, { recursive: true });
    return mkdtempSync(join(cache, '.making-'));
  } catch (error) {
    throw new Failure({
      code: 'CACHE_UNWRITABLE',
      message: `programs cannot be put into ${cache}: ${error.code}`,
      hint: 'set XDG_CACHE_HOME to a folder that this user may write to',
    });
  }
}

/**
 * Has a program made (`ways` in order: each makes it in a folder and returns its path, or undefined) and puts it into the
 * cache, whole: two bootstraps at once both end with one. Returns its path there; undefined if no way made one that is `good`.
 */
export function makeInCache(name, ways, good, env) {
  const cache = cacheDir(env);
  const work = workIn(cache);
  try {
    for (const way of ways) {
      const made = way(work, env);
      if (made === undefined || !good(made)) continue;
      const final = join(cache, name);
      renameSync(made, final);
      return final;
    }
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A way to make a program: Go builds its module, where Go is new enough. */
export const byGo = (name, module, minutes) => (dir, env) => {
  if (!atLeast(parseVersion(outputOf('go', ['env', 'GOVERSION'], { env }) ?? ''), OLDEST_GO)) return undefined;
  say(`building ${name} (go install ${module}; about ${minutes}) …`);
  return runLoud('go', ['install', module], { env: { ...env, GOBIN: dir } }) ? join(dir, name) : undefined;
};
