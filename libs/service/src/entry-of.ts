import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The file that a process of this workspace starts from: its main file, or the bundle of it where BENCHBUS_BUNDLES names a
 * folder of bundles that has one (`npm run bundle`), which is there in half the time.
 * @param main path of a TypeScript file
 */
export function entryOf(main: string, env: NodeJS.ProcessEnv = process.env): string {
  const bundles = env['BENCHBUS_BUNDLES'];
  if (!bundles) return main;
  const bundle = join(bundles, relative(ROOT, main)).replace(/\.ts$/, '.mjs');
  return existsSync(bundle) ? bundle : main;
}
