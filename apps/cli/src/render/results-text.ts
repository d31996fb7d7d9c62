import { join } from 'node:path';
import type { WorkloadSummary } from '@benchbus/events';
import { samplesOf } from '@benchbus/results';
import { eventDetail } from '../domain/event-detail.ts';
import type { RunResult, SuiteResults } from '../domain/suite-results.ts';
import { stageDurations, timelineOf } from '../domain/timeline.ts';
import { testStatistics } from '../domain/test-statistics.ts';
import { faultRows } from './faults-text.ts';
import { formatBytes, formatCount, formatDuration, formatLatency, formatOffset, table } from './format.ts';
import { problemLines } from './problem-text.ts';
import { sharedText } from './shared-text.ts';
import type { Paint } from './style.ts';

const OUTCOME_COLOUR = {
  completed: 'green',
  failed: 'red',
  rejected: 'red',
  cancelled: 'yellow',
  running: 'cyan',
  queued: 'dim',
  unknown: 'dim',
} as const;

const percentilesFrom = ({ percentileSource, sampledShare, latencyOf }: WorkloadSummary): string =>
  [
    sampledShare === undefined
      ? percentileSource
      : `a sample of ${(100 * sampledShare).toFixed(1)} % of the transactions`,
    ...(latencyOf === undefined ? [] : [`of ${latencyOf} alone`]),
  ].join(', ');

/** What transactions that come by the clock also tell. */
function openLoopRows({ scheduleLag, skippedTransactions }: WorkloadSummary): [string, string][] {
  return [
    ...(scheduleLag === undefined
      ? []
      : ([
          [
            'began late by average / p99 / max',
            [scheduleLag.averageMs, scheduleLag.p99Ms, scheduleLag.maxMs].map(formatLatency).join(' / '),
          ],
        ] as [string, string][])),
    ...(skippedTransactions === undefined
      ? []
      : ([['skipped', formatCount(skippedTransactions)]] as [string, string][])),
  ];
}

/** Why it is no measurement of the database, a line a reason. */
const validityRows = ({ validity }: WorkloadSummary): string[][] =>
  (validity?.reasons ?? []).map(({ reason, detail }) => ['invalid', `${reason}: ${detail}`]);

function summaryLines(summary: WorkloadSummary): string[] {
  const share = summary.transactions + summary.failedTransactions;
  const failed = share === 0 ? 0 : (100 * summary.failedTransactions) / share;
  return table([
    ['throughput', `${formatCount(summary.tps)} tps`],
    ['latency average', formatLatency(summary.latencyAverageMs)],
    [
      'latency p50 / p95 / p99',
      [summary.latencyP50Ms, summary.latencyP95Ms, summary.latencyP99Ms].map(formatLatency).join(' / '),
    ],
    [
      'transactions',
      `${formatCount(summary.transactions)} in ${summary.durationSeconds.toFixed(1)} s (failed: ${formatCount(summary.failedTransactions)}, ${failed.toFixed(2)} %)`,
    ],
    ['server', summary.serverVersion],
    ['tool', `${summary.tool} ${summary.toolVersion}`],
    ['percentiles from', percentilesFrom(summary)],
    ...openLoopRows(summary),
    ...((summary.faults ?? []).length === 0
      ? []
      : [['note', 'latencies are of transactions that came to an end: what a fault cut off is told with it']]),
    ...validityRows(summary),
    ...faultRows(summary),
  ]);
}

/** Below the run's own folder, which is said once. */
function artifactLines({ runId, artifacts, missing }: RunResult): string[] {
  const rows = artifacts.map(({ key, bytes }) => [key.replace(`${runId}/`, ''), formatBytes(bytes)]);
  return table([...rows, ...missing.map((name) => [name, 'not stored'])], [1]);
}

/** @param artifactsDir root of the folder store; undefined: the keys are those of another store */
const artifactsOf = ({ runId }: RunResult, artifactsDir: string | undefined): string =>
  artifactsDir === undefined ? runId : join(artifactsDir, runId);

const indent = (lines: readonly string[], by = 2): string[] => lines.map((line) => `${' '.repeat(by)}${line}`);

function timelineLines(run: RunResult): string[] {
  const entries = timelineOf(run.events, eventDetail);
  return table(
    entries.map(({ offsetMs, sequence, event, detail }) => [formatOffset(offsetMs), `#${sequence}`, event, detail]),
    [0, 1],
  );
}

function sharingNote({ shared }: RunResult): string {
  if (shared === undefined) return 'other runs may have used the host meanwhile';
  const others = sharedText(shared);
  return others === undefined ? 'no other run had a share of the host meanwhile' : `the host was shared with ${others}`;
}

function runLines(run: RunResult, paint: Paint, options: ResultsOptions): string[] {
  const title = `${run.test}${run.repeat > 1 ? `, repeat ${run.repeat}` : ''}`;
  const lines = [`${paint('bold', title)}  ${paint(OUTCOME_COLOUR[run.outcome], run.outcome)}  (run ${run.runId})`];
  if (run.summary) lines.push(...indent(summaryLines(run.summary)));
  if (run.sharing === 'allowed') lines.push(`  note: ${sharingNote(run)} (sharing: allowed)`);
  if (run.clampedTo !== undefined) lines.push(`  note: limits were scaled to the host by ${run.clampedTo.toFixed(3)}`);
  if (run.problem) lines.push(...indent(problemLines(run.problem, paint)));
  if (run.artifacts.length + run.missing.length > 0) {
    lines.push(`  artifacts in ${artifactsOf(run, options.artifactsDir)}`, ...indent(artifactLines(run), 4));
  }
  const stages = stageDurations(run.events).map(
    ({ stage, attempt, ms, ended }) =>
      `${stage}${attempt > 1 ? ` (attempt ${attempt})` : ''} ${formatDuration(ms)}${ended ? '' : ' so far'}`,
  );
  if (stages.length > 0) lines.push(`  stages    ${stages.join(', ')}`);
  if (options.timeline && run.events.length > 0) lines.push('  timeline', ...indent(timelineLines(run), 4));
  return lines;
}

/** One line a measurement: what it was, and the numbers one compares. */
function summaryTable(runs: readonly RunResult[], paint: Paint): string[] {
  const keys = [...new Set(runs.flatMap(({ labels }) => Object.keys(labels)))];
  const head = ['TEST', ...keys.map((key) => key.toUpperCase()), 'REPEAT', 'TPS', 'AVG MS', 'P95 MS', 'P99 MS', ''];
  const ms = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(3));
  const rows = runs.flatMap(({ test, labels, repeat, outcome, ...run }) => {
    const samples = samplesOf(run);
    return (samples.length === 0 ? [undefined] : samples).map((summary, index) => [
      test,
      ...keys.map((key) => labels[key] ?? ''),
      String(repeat + index),
      summary === undefined ? '-' : summary.tps.toFixed(1),
      ...[summary?.latencyAverageMs, summary?.latencyP95Ms, summary?.latencyP99Ms].map(ms),
      outcome !== 'completed' ? outcome : summary?.validity?.verdict === 'invalid' ? 'invalid' : '',
    ]);
  });
  const first = keys.length + 1;
  const [title = '', ...lines] = table([head, ...rows], [first, first + 1, first + 2, first + 3, first + 4]);
  return [paint('dim', title), ...lines];
}

/** One line a test that was measured more than once: medians, how far apart they lie, of how many. */
function repeatsTable(results: SuiteResults, paint: Paint): string[] {
  const several = testStatistics(results).filter(({ samples, invalid }) => samples + invalid > 1);
  if (several.length === 0) return [];
  const rows = several.map(({ test, samples, invalid, metrics }) => {
    const of = (name: string) => metrics.find((metric) => metric.name === name);
    const tps = of('tps');
    const spread = tps?.relativeDeviation;
    const median = (name: string) => of(name)?.median.toFixed(3) ?? '-';
    return [
      test,
      String(samples),
      tps === undefined ? '-' : tps.median.toFixed(1),
      spread === undefined ? '-' : `${(100 * spread).toFixed(1)} %`,
      tps === undefined ? '-' : `${tps.least.toFixed(1)} to ${tps.greatest.toFixed(1)}`,
      median('latencyAverageMs'),
      median('latencyP95Ms'),
      median('latencyP99Ms'),
      invalid === 0 ? '' : `${invalid} invalid left out`,
    ];
  });
  const head = ['TEST', 'SAMPLES', 'TPS MEDIAN', 'SPREAD', 'RANGE', 'AVG MS', 'P95 MS', 'P99 MS', ''];
  const [title = '', ...lines] = table([head, ...rows], [1, 2, 3, 4, 5, 6, 7]);
  return ['', paint('dim', title), ...lines];
}

export interface ResultsOptions {
  readonly artifactsDir: string | undefined;
  readonly timeline: boolean;
}

function headLines(results: SuiteResults, paint: Paint): string[] {
  const repeats = results.rerunOf === undefined ? '' : `, repeats ${results.rerunOf}`;
  const head = `suite ${paint('bold', results.name)}  ${paint(OUTCOME_COLOUR[results.state], results.state)}  (${results.suiteId}${repeats})`;
  return [head, ...results.problems.flatMap((found) => problemLines(found, paint))];
}

const overdueLines = ({ overdue }: SuiteResults, paint: Paint): string[] =>
  overdue.length === 0 ? [] : [paint('yellow', `not released in time: ${overdue.join(', ')}; the janitor goes on`)];

/** A suite's results as a person reads them: each run, and at last, of several, the table to compare them. */
export function resultsText(results: SuiteResults, paint: Paint, options: ResultsOptions): string {
  const lines = headLines(results, paint);
  for (const run of results.runs) lines.push('', ...runLines(run, paint, options));
  const overdue = overdueLines(results, paint);
  if (overdue.length > 0) lines.push('', ...overdue);
  if (results.runs.flatMap(samplesOf).length > 1 || results.runs.length > 1)
    lines.push('', ...summaryTable(results.runs, paint), ...repeatsTable(results, paint));
  return lines.join('\n');
}

/** How a suite ended whose results were shown before, when its runs were over and kept. */
export const endText = (results: SuiteResults, paint: Paint): string =>
  [...headLines(results, paint), ...overdueLines(results, paint)].join('\n');
