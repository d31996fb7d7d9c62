import type { Replayed, ReplayedRun } from '../domain/replayed.ts';
import { plural } from '../domain/plural.ts';
import { formatCount, formatLatency, table } from './format.ts';
import { utcTime } from './list-text.ts';
import { runText, suiteHead, type StatusExtras } from './status-text.ts';
import type { Paint } from './style.ts';

const indent = (lines: readonly string[], by: number): string[] => lines.map((line) => `${' '.repeat(by)}${line}`);

function runLines(run: ReplayedRun, extras: StatusExtras): string[] {
  const nodes = run.topology.map(({ name, address, processes, state }) => [name, address, processes.join(', '), state]);
  const { summary, artifacts } = run;
  const results = [
    ...(summary === undefined
      ? []
      : [
          `${formatCount(summary.tps)} tps, average ${formatLatency(summary.latencyAverageMs)}, p95 ${formatLatency(summary.latencyP95Ms)}, p99 ${formatLatency(summary.latencyP99Ms)}`,
        ]),
    ...(artifacts.length === 0 ? [] : [`${plural(artifacts.length, 'artifact')}: ${artifacts.join(', ')}`]),
  ];
  return [
    ...runText(run, extras).split('\n'),
    ...(nodes.length === 0 ? [] : ['  topology', ...indent(table(nodes), 4)]),
    ...(results.length === 0 ? [] : ['  results so far', ...indent(results, 4)]),
  ];
}

/** Where a suite was after an event of the log. */
export function replayText({ sequence, time, suite }: Replayed, paint: Paint): string {
  const extras: StatusExtras = { progress: new Map(), now: Date.parse(time), paint };
  return [
    paint('dim', `after #${sequence}, ${utcTime(time)}`),
    suiteHead(suite, extras),
    ...suite.runs.flatMap((run) => indent(runLines(run, extras), 2)),
  ].join('\n');
}
