import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { BenchbusError } from '@benchbus/events';
import type { ChildExitCode } from '../exit-codes.ts';

export interface ChildOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

const COMMAND_NOT_FOUND = 'ENOENT';

/**
 * Runs a program on this terminal until it ends; its exit code, or 128 + the signal that ended it. The terminal sends
 * Ctrl-C to both of us, and it is meant for the program: we wait for what it makes of it. Other signals are passed on.
 * @throws BenchbusError ARGUMENT_COMMAND when it cannot be started
 */
export async function runChild(argv: readonly string[], { cwd, env, user }: ChildOptions): Promise<ChildExitCode> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd, env, stdio: 'inherit', ...(user ? { uid: user.uid, gid: user.gid } : {}) });
  const ignore = (): void => undefined;
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', passOn).on('SIGHUP', passOn);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => reject(unstartable(program, error)));
      child.once('exit', (exitCode, signal) => resolve(exitCode ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
    return code as ChildExitCode;
  } finally {
    process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', passOn).off('SIGHUP', passOn);
  }
}

const unstartable = (program: string, { code }: NodeJS.ErrnoException): BenchbusError =>
  new BenchbusError({
    code: 'ARGUMENT_COMMAND',
    message: code === COMMAND_NOT_FOUND ? `there is no program ${program}` : `${program} does not start: ${code}`,
    where: 'COMMAND',
    hint: 'programs are looked for on the PATH, where those of the plan’s PostgreSQL come first',
  });
