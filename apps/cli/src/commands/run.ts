import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { runAndPrint } from '../client/run-and-print.ts';
import { requestSuite } from '../client/request-suite.ts';
import { EXIT } from '../exit-codes.ts';
import { watchInterrupts } from '../stack/interrupts.ts';
import { foretell } from '../suite-file/before-publishing.ts';
import { provideSecrets } from '../suite-file/provide-secrets.ts';
import { readRunnableSuite } from '../suite-file/read-suite-file.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';
import type { WaitFlags } from './options.ts';

export interface RunArgs extends ServerOptions {
  readonly file: string;
  readonly wait: boolean;
  readonly json: boolean;
}

/** Requests a suite; with `wait` shows it to its end (Ctrl-C once cancels it, twice leaves at once). */
export const run: Run<RunArgs> = async ({ file, wait, json, nats }, context) => {
  const suite = await readRunnableSuite(file);
  const connection = findConnection(nats, context.env);
  const interrupts = watchInterrupts();
  try {
    return await withBus(connection, async (bus) => {
      foretell(suite, context);
      provideSecrets(suite, connection, context.env, context.err);
      if (!wait) {
        const suiteId = await requestSuite(bus, suite, interrupts.first, context.err);
        if (json) context.out(JSON.stringify({ ok: true, suiteId }));
        else {
          context.out(suiteId);
          context.err(`  watch it:  npx benchbus watch ${suiteId}`);
          context.err(`  results:   npx benchbus results ${suiteId}`);
          context.err(`  cancel it: npx benchbus cancel ${suiteId}`);
        }
        return EXIT.success;
      }
      const { artifactsDir } = connection;
      return await runAndPrint(bus, { suite, interrupted: interrupts.first }, { json, artifactsDir, context });
    });
  } finally {
    interrupts.dispose();
  }
};

export const register: Register = (program, act) => {
  const command = program
    .command('run <file>')
    .description('request a suite')
    .helpGroup(GROUP.acting)
    .option('--wait', 'show it to its end and print the results')
    .action((file: string, { wait, json, nats }: WaitFlags) =>
      act(run, { file, wait: flag(wait), json: flag(json), nats }),
    );
  withJson(command, '{ok: true, suiteId}; with --wait what `results --json` prints');
  withNats(command);
  withExamples(
    command,
    ['run examples/quickstart.yaml --wait', 'watch it live, then see the results; Ctrl-C cancels'],
    ['run examples/quickstart.yaml', 'request it and print its id'],
    ['run suite.yaml --wait --json >result.json', 'for CI: the exit code says how it ended'],
  );
};
