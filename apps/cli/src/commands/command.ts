import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';

/** A command: parsed arguments in, exit code out; a thrown error is reported by main. */
export type Run<Args> = (args: Args, context: Context) => Promise<ExitCode>;

/** Options of every command that talks to servers. */
export interface ServerOptions {
  readonly nats?: string | undefined;
}
