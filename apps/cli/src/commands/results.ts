import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { loadSuiteEvents, suiteSubject } from '../client/load-suite-events.ts';
import { suiteResults } from '../domain/suite-results.ts';
import { EXIT } from '../exit-codes.ts';
import { resultsJson } from '../render/results-json.ts';
import { resultsText } from '../render/results-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

export interface ResultsArgs extends ServerOptions {
  readonly suite: string;
  readonly json: boolean;
}

/** Prints a suite's results, from the log alone; 1 if the suite failed or was rejected, 130 if it was cancelled. */
export const results: Run<ResultsArgs> = async ({ suite, json, nats }, context) => {
  suiteSubject(suite); // refused before a server is needed
  const connection = findConnection(nats, context.env);
  const events = await withBus(connection, (bus) => loadSuiteEvents(bus, suite));
  const found = suiteResults(suite, events);
  const { artifactsDir } = connection;
  if (json) context.out(JSON.stringify({ ok: found.state === 'completed', ...resultsJson(found, artifactsDir) }));
  else context.out(resultsText(found, context.paint, { artifactsDir, timeline: true }));
  if (found.state === 'cancelled') return EXIT.cancelled;
  return found.state === 'failed' || found.state === 'rejected' ? EXIT.failed : EXIT.success;
};

export const register: Register = (program, act) => {
  const command = program
    .command('results <suite>')
    .description("print a suite's results and timeline")
    .helpGroup(GROUP.reading)
    .action((suite: string, { json, nats }: { json?: boolean; nats?: string }) =>
      act(results, { suite, json: flag(json), nats }),
    );
  withJson(
    command,
    '{ok, suiteId, name, state, problems, overdue, runs: [{runId, test, labels, repeat, outcome, released, summary?, problem?, artifacts, missing, stages, timeline}]}',
  );
  withNats(command);
  withExamples(
    command,
    ['results quickstart-abc123', 'throughput, latencies, artifacts, timeline'],
    ["results quickstart-abc123 --json | jq '.runs[] | [.test, .summary.tps]'", 'numbers for a script'],
  );
};
