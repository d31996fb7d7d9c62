import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { fullResults } from '../client/full-results.ts';
import { artifactSource } from '../client/read-artifact.ts';
import { loadSuiteEvents, suiteOf, suiteSubject } from '../client/load-suite-events.ts';
import type { RunResult, SuiteResults } from '../domain/suite-results.ts';
import { withSharing } from '../client/with-sharing.ts';
import { suiteResults } from '../domain/suite-results.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { resultsJson } from '../render/results-json.ts';
import { resultsText } from '../render/results-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

export interface ResultsArgs extends ServerOptions {
  /** A suite, or one of its runs. */
  readonly id: string;
  readonly timeline: boolean;
  readonly json: boolean;
}

type State = SuiteResults['state'] | RunResult['outcome'];

function exitOf(state: State): ExitCode {
  if (state === 'cancelled') return EXIT.cancelled;
  return state === 'failed' || state === 'rejected' ? EXIT.failed : EXIT.success;
}

/** Prints results, from the log alone; 1 if the suite (or the run) failed or was rejected, 130 if it was cancelled. */
export const results: Run<ResultsArgs> = async ({ id, timeline, json, nats }, context) => {
  suiteSubject(id); // refused before a server is needed
  const connection = findConnection(nats, context.env);
  const { artifactsDir } = connection;
  const { found, runId, full } = await withBus(connection, async (bus) => {
    const { suiteId, runId } = await suiteOf(bus, id);
    const all = suiteResults(suiteId, await loadSuiteEvents(bus, suiteId));
    const wanted = { ...all, runs: all.runs.filter((run) => runId === undefined || run.runId === runId) };
    const found = await withSharing(bus, wanted);
    return { found, runId, full: json ? await fullResults(found, await artifactSource(bus, artifactsDir)) : undefined };
  });
  const { runs } = found;
  const state: State = runId === undefined ? found.state : (runs[0]?.outcome ?? found.state);
  if (full) context.out(JSON.stringify({ ok: state === 'completed', ...resultsJson(found, artifactsDir, full) }));
  else context.out(resultsText(found, context.paint, { artifactsDir, timeline: timeline || runs.length === 1 }));
  return exitOf(state);
};

export const register: Register = (program, act) => {
  const command = program
    .command('results <suite|run>')
    .description('print the results of a suite, or of one run')
    .helpGroup(GROUP.reading)
    .option('--timeline', 'the events of each run, too (without it of a single run)')
    .action((id: string, { timeline, json, nats }: { timeline?: boolean; json?: boolean; nats?: string }) =>
      act(results, { id, timeline: flag(timeline), json: flag(json), nats }),
    );
  withJson(
    command,
    '{ok, suiteId, name, state, problems, overdue, tests: [{test, samples, invalid, metrics: [{name, unit, better, count, median, least, greatest, relativeDeviation?}]}], runs: [{runId, test, labels, repeat, outcome, released, summary?, repeats?, shared?: {mode, coTenants: [{runId, suiteId, cores, memoryBytes}]}, result?, problem?, artifacts, missing, stages, timeline}]}',
  );
  withNats(command);
  withExamples(
    command,
    ['results quickstart-abc123', 'throughput, latencies, artifacts of each run; of several a table'],
    ['results quickstart-abc123-1-1', 'of one run, with its timeline'],
    ["results quickstart-abc123 --json | jq '.runs[0].result'", 'the whole result: docs/schemas/result.v1.schema.json'],
    ['results sweep-abc123 --timeline', 'the events of every run, too'],
    ["results quickstart-abc123 --json | jq '.runs[] | [.test, .summary.tps]'", 'numbers for a script'],
  );
};
