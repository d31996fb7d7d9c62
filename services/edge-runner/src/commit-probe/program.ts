import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';

/** `BENCHBUS_EDGE_TASK` of a runner in one file that is started as the commit probe. */
export const COMMIT_PROBE = 'commit-probe';

interface Program {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** How the commit probe is started: of its own file, or, where all is one file, by that one's name for the task. */
export const probeProgram = (): Program =>
  isSea()
    ? { argv: [process.execPath], env: { BENCHBUS_EDGE_TASK: COMMIT_PROBE } }
    : { argv: [process.execPath, fileURLToPath(new URL('main.ts', import.meta.url))], env: {} };
