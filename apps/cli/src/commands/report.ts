import { writeFile } from 'node:fs/promises';
import type { EventBus } from '@benchbus/events';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { allResults } from '../client/full-results.ts';
import { artifactSource } from '../client/read-artifact.ts';
import { runMetrics } from '../client/run-metrics.ts';
import { loadSuiteEvents, suiteSubject } from '../client/load-suite-events.ts';
import { withSharing } from '../client/with-sharing.ts';
import { compareSides, parseMargin } from '../domain/comparison.ts';
import { measuredTests } from '../domain/measured-tests.ts';
import { suiteResults } from '../domain/suite-results.ts';
import { EXIT } from '../exit-codes.ts';
import { reportPage } from '../report/report-page.ts';
import { measurementsOfRun, testsOf } from '../report/report.ts';
import { programVersion } from '../version.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

export interface ReportArgs extends ServerOptions {
  readonly suite: string;
  /** Another suite, to be held against. */
  readonly against: string | undefined;
  readonly failOn: string;
  readonly out: string;
  readonly json: boolean;
}

const resultsOf = async (bus: EventBus, suiteId: string) =>
  withSharing(bus, suiteResults(suiteId, await loadSuiteEvents(bus, suiteId)));

/** Writes what a suite measured as one HTML page. */
export const report: Run<ReportArgs> = async ({ suite, against, failOn, out, json, nats }, { env, ...context }) => {
  for (const id of against === undefined ? [suite] : [suite, against]) suiteSubject(id); // refused before a server is needed
  const margin = parseMargin(failOn);
  const connection = findConnection(nats, env);
  const page = await withBus(connection, async (bus) => {
    const results = await resultsOf(bus, suite);
    const warn = (runId: string, why: string) => context.err(`${runId}: only its summary can be shown (${why})`);
    const source = await artifactSource(bus, connection.artifactsDir);
    const full = await allResults(results, source, warn);
    const metrics = await runMetrics(results, source);
    const side = (suiteId: string) => ({ suiteId, test: undefined });
    return reportPage({
      suite: results,
      tests: testsOf(
        results.runs.flatMap((run) => measurementsOfRun(run, full.get(run.runId) ?? [], metrics.get(run.runId))),
      ),
      comparison:
        against === undefined
          ? undefined
          : compareSides(
              [side(against), measuredTests(await resultsOf(bus, against))],
              [side(suite), measuredTests(results)],
              margin,
            ),
      createdBy: `benchbus ${programVersion()}`,
    });
  });
  await writeFile(out, page);
  if (json) context.out(JSON.stringify({ ok: true, file: out, bytes: Buffer.byteLength(page) }));
  else context.out(out);
  return EXIT.success;
};

export const register: Register = (program, act) => {
  const command = program
    .command('report <suite>')
    .description('write what a suite measured as one HTML page, with plots')
    .helpGroup(GROUP.reading)
    .option('--out <file>', 'where to', 'report.html')
    .option('--against <suite>', 'compare with this suite, as `compare` does')
    .option('--fail-on <percent>', 'margin of the comparison', '5%')
    .action((suite: string, given: { out: string; against?: string; failOn: string; json?: boolean; nats?: string }) =>
      act(report, {
        suite,
        against: given.against,
        failOn: given.failOn,
        out: given.out,
        json: flag(given.json),
        nats: given.nats,
      }),
    );
  withJson(command, '{ok, file, bytes}');
  withNats(command);
  withExamples(
    command,
    ['report quickstart-abc123 --out report.html', 'throughput and latency over time, percentiles, every run'],
    ['report branch-def456 --against main-abc123', 'the comparison, too'],
  );
};
