import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';

/** A command: parsed arguments in, exit code out; a thrown error is reported by main. */
export type Run<Args> = (args: Args, context: Context) => Promise<ExitCode>;

/** Options of every command that talks to servers. */
export interface ServerOptions {
  readonly nats?: string | undefined;
}

/** Of commands that read the log alone: the archive instead. */
export interface LogOptions extends ServerOptions {
  readonly archive: boolean;
}

/** Runs a command with its parsed arguments, and reports what it throws. */
export type Act = <Args extends object>(command: Run<Args>, given: Args) => Promise<void>;

/**
 * Adds a command to the program: `program.command(…).description(…)` with `helpGroup(GROUP.…)`, `withJson`, `withNats`,
 * `withExamples` of options.ts, and an action that calls `act`. Each file of this folder exports one, and index.ts names it.
 */
export type Register = (program: Command, act: Act) => void;
