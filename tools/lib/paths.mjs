import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Node 24 of the workspace (the npm package `node`); TypeScript runs on it directly. */
export const NODE = join(ROOT, 'node_modules/.bin/node');

/** What starts as a process, bundled (tools/bundle.mjs): below the clone, so that what stays outside is found in its node_modules. */
export const BUNDLES = join(ROOT, 'dist/bundles');

/** Programs that were built or downloaded once for this user. */
export const cacheDir = (env = process.env) =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'benchbus/bin');

/** The environment in which project programs run: Node 24 comes first. */
export function withTools(env) {
  const dirs = [join(ROOT, 'node_modules/.bin'), ...(env.PATH ?? '').split(delimiter).filter(Boolean)];
  return {
    // What V8 compiled once: a command, and a service, starts in two thirds of the time. Node does without where it cannot write.
    NODE_COMPILE_CACHE: join(cacheDir(env), '../compile'),
    ...env,
    PATH: [...new Set(dirs)].join(delimiter),
  };
}
