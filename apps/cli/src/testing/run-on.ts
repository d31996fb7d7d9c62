import type { Context } from '../context.ts';
import { runProgram } from '../program.ts';
import { plain } from '../render/style.ts';

/**
 * Runs a command line in this process against a NATS server, without colours and without this process's environment: `env` instead.
 * `printed`: `out`, as it came.
 */
export async function runOn(
  { url, env = {} }: { readonly url: string; readonly env?: Record<string, string> },
  ...args: string[]
) {
  const [printed, err]: [string[], string[]] = [[], []];
  const context: Context = {
    env,
    out: (text) => void printed.push(text),
    err: (text) => void err.push(text),
    paint: plain,
    paintErr: plain,
  };
  const exitCode = await runProgram([...args, '--nats', url], context);
  return { exitCode, printed, out: printed.join('\n'), err: err.join('\n') };
}
