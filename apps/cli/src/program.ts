import { Command, CommanderError } from 'commander';
import { cancel } from './commands/cancel.ts';
import type { Run } from './commands/command.ts';
import { doctor } from './commands/doctor.ts';
import { events } from './commands/events.ts';
import { plan } from './commands/plan.ts';
import { results } from './commands/results.ts';
import { run } from './commands/run.ts';
import { up } from './commands/up.ts';
import { validate } from './commands/validate.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { reportError } from './report-error.ts';

const NATS = ['--nats <url>', 'NATS server (default: NATS_URL, else the stack that runs here)'] as const;
const JSON_OUT = ['--json', 'machine-readable output, errors included'] as const;

const EXIT_CODES = `
Exit codes: 0 success, 1 the suite failed, 2 invalid input, 3 a needed server is unreachable, 130 cancelled.
Servers: --nats, else NATS_URL, else the stack started here by \`benchbus up\`. NO_COLOR and BENCHBUS_STATE_DIR are respected.`;

/** Parses the arguments and runs the command; everything that goes wrong becomes a message and an exit code. */
export async function runProgram(args: readonly string[], context: Context): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.success;
  const act = async <A extends object>(command: Run<A>, given: A): Promise<void> => {
    try {
      exitCode = await command(given, context);
    } catch (error) {
      exitCode = reportError(error, context, 'json' in given && given.json === true);
    }
  };
  const flag = (value: unknown): boolean => value === true;

  const program = new Command('benchbus')
    .description('Event-driven, auditable benchmarks of databases')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.err(text.trimEnd()),
    })
    .addHelpText('after', EXIT_CODES);
  program
    .command('up')
    .description('start the embedded stack in the foreground')
    .option('--run <file>', 'run this suite on it, then stop')
    .action((options: { run?: string }) => act(up, options));
  program
    .command('run <file>')
    .description('request a suite')
    .option('--wait', 'show it to its end and print the results')
    .option(...JSON_OUT)
    .option(...NATS)
    .action((file: string, { wait, json, nats }: { wait?: boolean; json?: boolean; nats?: string }) =>
      act(run, { file, wait: flag(wait), json: flag(json), nats }),
    );
  program
    .command('validate <files...>')
    .description('check suite files')
    .option(...JSON_OUT)
    .action((files: string[], { json }: { json?: boolean }) => act(validate, { files, json: flag(json) }));
  program
    .command('plan <file>')
    .description("show the nodes, addresses and processes of a suite's runs")
    .option(...JSON_OUT)
    .action((file: string, { json }: { json?: boolean }) => act(plan, { file, json: flag(json) }));
  program
    .command('events')
    .description('print the event log')
    .option('--suite <id>', "only this suite's events")
    .option('--follow', 'go on until Ctrl-C')
    .option(...JSON_OUT)
    .option(...NATS)
    .action(({ suite, follow, json, nats }: { suite?: string; follow?: boolean; json?: boolean; nats?: string }) =>
      act(events, { suite, follow: flag(follow), json: flag(json), nats }),
    );
  program
    .command('results <suite>')
    .description("print a suite's results and timeline")
    .option(...JSON_OUT)
    .option(...NATS)
    .action((suite: string, { json, nats }: { json?: boolean; nats?: string }) =>
      act(results, { suite, json: flag(json), nats }),
    );
  program
    .command('cancel <suite>')
    .description('cancel a suite')
    .option('--wait', 'wait until everything it held is released')
    .option(...JSON_OUT)
    .option(...NATS)
    .action((suite: string, { wait, json, nats }: { wait?: boolean; json?: boolean; nats?: string }) =>
      act(cancel, { suite, wait: flag(wait), json: flag(json), nats }),
    );
  program
    .command('doctor')
    .description('check what this machine and the servers offer')
    .option(...JSON_OUT)
    .option(...NATS)
    .action(({ json, nats }: { json?: boolean; nats?: string }) => act(doctor, { json: flag(json), nats }));

  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help is a success; everything else commander has explained already.
    return error.exitCode === 0 ? EXIT.success : EXIT.invalid;
  }
  return exitCode;
}
