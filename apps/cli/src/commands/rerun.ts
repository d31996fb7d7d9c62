import { BenchbusError } from '@benchbus/events';
import { toNative } from '@benchbus/suites';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { failedRuns } from '../client/failed-runs.ts';
import { suiteSubject, unknownSuite } from '../client/load-suite-events.ts';
import { runAndPrint } from '../client/run-and-print.ts';
import { requestSuite } from '../client/request-suite.ts';
import { suiteToRepeat } from '../domain/rerun.ts';
import { plural } from '../domain/plural.ts';
import { EXIT } from '../exit-codes.ts';
import { watchInterrupts } from '../stack/interrupts.ts';
import { foretell } from '../suite-file/before-publishing.ts';
import { provideSecrets } from '../suite-file/provide-secrets.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';
import type { WaitFlags } from './options.ts';

export interface RerunArgs extends ServerOptions {
  readonly suite: string;
  readonly failed: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

/** Requests an accepted suite again under a new id, as the log holds it; with `failed` only the tests that failed. */
export const rerun: Run<RerunArgs> = async ({ suite: id, failed, wait, json, nats }, context) => {
  const subject = suiteSubject(id);
  const connection = findConnection(nats, context.env);
  const interrupts = watchInterrupts();
  try {
    return await withBus(connection, async (bus) => {
      const history = await bus.log.read(subject);
      if (history.length === 0) throw unknownSuite(id);
      const repeat = suiteToRepeat(id, history, {
        failedOnly: failed,
        failed: failed ? await failedRuns(bus, history) : new Set(),
      });
      if ('problem' in repeat) throw new BenchbusError(repeat.problem);
      const submission = { suite: repeat.suite, content: toNative(repeat.suite), rerunOf: id };
      // As it was accepted: secrets are references, and no file is there to be explained.
      const read = { ...submission, file: `suite ${id}`, notes: [], secrets: new Map<string, string>() };
      foretell(read, context);
      provideSecrets(read, connection, context.env, context.err);
      const tests = plural(repeat.suite.tests.length, failed ? 'failed test' : 'test');
      if (!wait) {
        const suiteId = await requestSuite(bus, submission, interrupts.first, context.err);
        if (json) context.out(JSON.stringify({ ok: true, suiteId, rerunOf: id }));
        else {
          context.out(suiteId);
          context.err(`  repeats ${tests} of ${id}`);
          context.err(`  watch it:  npx benchbus watch ${suiteId}`);
          context.err(`  results:   npx benchbus results ${suiteId}`);
        }
        return EXIT.success;
      }
      context.err(`repeating ${tests} of ${id}`);
      const { artifactsDir } = connection;
      return await runAndPrint(
        bus,
        { suite: submission, interrupted: interrupts.first },
        { json, artifactsDir, context },
      );
    });
  } finally {
    interrupts.dispose();
  }
};

interface Options extends WaitFlags {
  readonly failed?: boolean;
}

export const register: Register = (program, act) => {
  const command = program
    .command('rerun <suite>')
    .description('request a suite again, under a new id')
    .helpGroup(GROUP.acting)
    .option('--failed', 'only the tests of which a run failed')
    .option('--wait', 'show it to its end and print the results')
    .action((suite: string, { failed, wait, json, nats }: Options) =>
      act(rerun, { suite, failed: flag(failed), wait: flag(wait), json: flag(json), nats }),
    );
  withJson(command, '{ok: true, suiteId, rerunOf}; with --wait what `results --json` prints');
  withNats(command);
  withExamples(
    command,
    ['rerun quickstart-abc123 --wait', 'the same suite again, then its results'],
    ['rerun nightly-abc123 --failed', 'only what failed'],
  );
};
