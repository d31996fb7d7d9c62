import type { Paint } from './render/style.ts';
import { paintFor } from './render/style.ts';

/** What commands use of the process they run in. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  /** One line (or several) on standard output: results. */
  readonly out: (text: string) => void;
  /** The same on standard error: progress and problems. */
  readonly err: (text: string) => void;
  /** Colours for standard output and standard error. */
  readonly paint: Paint;
  readonly paintErr: Paint;
}

export function processContext(): Context {
  const { env, stdout, stderr } = process;
  // A reader that has gone (`| head`, a closed terminal) ends the output, not the program's work.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  return {
    env,
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    paint: paintFor(stdout.isTTY, env),
    paintErr: paintFor(stderr.isTTY, env),
  };
}
