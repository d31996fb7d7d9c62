import { Command, CommanderError } from 'commander';
import type { Act, Register } from './commands/command.ts';
import * as commands from './commands/index.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { reportError } from './report-error.ts';
import { programVersion } from './version.ts';
import { asksForJson, usageError } from './usage-error.ts';

const EXIT_CODES = `
Exit codes: 0 success, 1 the suite failed, 2 invalid input, 3 a needed server is unreachable, 130 cancelled, or left by Ctrl-C.
Servers: --nats, else NATS_URL, else the stack started here by \`benchbus up\`. NO_COLOR, FORCE_COLOR and BENCHBUS_STATE_DIR are respected.`;

/** The program with all its commands; `act` runs one. */
export function createProgram(act: Act): Command {
  const program = new Command('benchbus')
    .description('Event-driven, auditable benchmarks of databases')
    .version(programVersion(), '--version', 'the version, and the commit it is of')
    .addHelpText('after', EXIT_CODES);
  for (const register of Object.values<Register>(commands)) register(program, act);
  return program;
}

/** Parses the arguments and runs the command; everything that goes wrong becomes a message and an exit code. */
export async function runProgram(args: readonly string[], context: Context): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.success;
  const act: Act = async (command, given) => {
    try {
      exitCode = await command(given, context);
    } catch (error) {
      exitCode = reportError(error, context, 'json' in given && given.json === true);
    }
  };
  const program = createProgram(act);
  for (const command of [program, ...program.commands]) {
    const typed = command === program ? 'benchbus' : `benchbus ${command.name()}`;
    command
      .exitOverride((error) => {
        throw error.exitCode === 0 || error.code === 'commander.help' ? error : usageError(error, typed);
      })
      .configureOutput({
        writeOut: (text) => context.out(text.trimEnd()),
        writeErr: (text) => context.err(text.trimEnd()),
        outputError: () => undefined, // reported like every other problem
      });
  }
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, context, asksForJson(args));
    // Help that was asked for is a success; help because nothing was asked for is not.
    return error.exitCode === 0 ? EXIT.success : EXIT.invalid;
  }
  return exitCode;
}
