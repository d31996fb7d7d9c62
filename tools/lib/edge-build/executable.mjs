import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inject } from 'postject';
import { Failure } from '../failure.mjs';

/** Node's own name for the place a program is put into, see its documentation of single executable applications. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Puts a bundle into a copy of `node`, which becomes an executable of its own.
 * @param {{ node: string, main: string, assets: Record<string, string>, folder: string, output: string }} parts
 *   `assets`: name → file; `main` lies in `folder`, which is for what lies between, too
 */
export async function makeExecutable({ node, main, assets, folder, output }) {
  const blob = join(folder, 'sea.blob');
  const config = join(folder, 'sea-config.json');
  writeFileSync(
    config,
    JSON.stringify({
      main: basename(main),
      output: blob,
      assets,
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
    }),
  );
  const binary = realpathSync(node);
  try {
    // The very binary that will run it: its code cache is of one build of Node.
    // In its folder: the name that stacks show says nothing of the machine it was built on.
    execFileSync(binary, ['--experimental-sea-config', config], { cwd: folder, stdio: 'pipe' });
  } catch (error) {
    throw new Failure({ code: 'SEA_FAILED', message: `${binary}: ${error.stderr ?? error.message}`, exitCode: 1 });
  }
  copyFileSync(binary, output);
  chmodSync(output, 0o755);
  await inject(output, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
}
