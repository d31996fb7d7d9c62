import { percentileCurve, type ResultV1 } from '@benchbus/results';
import { formatCount, formatLatency } from '../../render/format.ts';
import { sharedText } from '../../render/shared-text.ts';
import { commitsOverTime, cpuOverTime, type SeenRun } from '../charts/metrics.ts';
import { latencyOverTime, longestOverTime, throughputOverTime, type Mark } from '../charts/over-time.ts';
import { percentileCurves } from '../charts/percentiles.ts';
import { html, htmlTable, type Html } from '../html.ts';
import { figureHtml } from '../page.ts';
import type { ReportRun, ReportTest } from '../report.ts';
import { environment } from './environment.ts';
import { faults, measurement } from './measurement.ts';
import { topology } from './topology.ts';

type Measured = ReportRun & { readonly result: ResultV1 };
const isMeasured = (run: ReportRun): run is Measured => run.result !== undefined;

const nameOf = ({ run }: ReportRun): string => `repeat ${run.repeat}`;
const ms = (value: number | undefined): string => (value === undefined ? '–' : formatLatency(value));

/** What the histogram tells, else the percentiles that are given. */
function curveOf({ histogram, total }: ResultV1): (readonly [number, number])[] {
  if (histogram !== undefined) return percentileCurve(histogram);
  const given = [
    [50, total.latencyP50Ms],
    [90, total.latencyP90Ms],
    [95, total.latencyP95Ms],
    [99, total.latencyP99Ms],
    [99.9, total.latencyP999Ms],
  ] as const;
  return given.flatMap(([percentile, value]) => (value === undefined ? [] : [[percentile, value] as const]));
}

function runsTable(runs: readonly ReportRun[]): Html {
  const head = ['Run', 'Outcome', 'tps', 'Failed', 'Mean', 'p50', 'p95', 'p99', 'p99.9', 'Max'];
  const rows = runs.map(({ run, result }) => {
    const total = result?.total;
    const numbers = total
      ? [
          formatCount(total.tps),
          formatCount(total.failedTransactions),
          ms(total.latencyAverageMs),
          ms(total.latencyP50Ms),
          ms(total.latencyP95Ms),
          ms(total.latencyP99Ms),
          ms(total.latencyP999Ms),
          ms(total.latencyMaxMs),
        ]
      : [];
    const invalid = result?.validity?.verdict === 'invalid' ? html` <span class="bad">invalid</span>` : undefined;
    return [html`<code>${run.runId}</code>`, html`${run.outcome}${invalid}`, ...numbers];
  });
  return htmlTable(head, rows);
}

const reasons = (runs: readonly ReportRun[]): Html[] =>
  runs.flatMap(({ run, result }) => [
    ...(run.problem
      ? [html`<p class="bad"><code>${run.runId}</code> ${run.problem.code}: ${run.problem.message}</p>`]
      : []),
    ...(result?.validity?.reasons ?? []).map(
      ({ reason, detail }) => html`<p class="bad"><code>${run.runId}</code> ${reason}: ${detail}</p>`,
    ),
    ...[sharedText(result?.sharing)].flatMap((others) =>
      others === undefined ? [] : [html`<p><code>${run.runId}</code> shared its host with ${others}</p>`],
    ),
  ]);

function types(runs: readonly Measured[]): Html | undefined {
  const [first] = runs;
  if (first === undefined || first.result.types.length < 2) return undefined;
  const head = ['Type', 'Transactions', 'Failed', 'tps', 'Mean', 'p95', 'p99'];
  const rows = first.result.types.map((of) => [
    of.name,
    formatCount(of.transactions),
    formatCount(of.failedTransactions),
    formatCount(of.tps),
    ms(of.latencyAverageMs),
    ms(of.latencyP95Ms),
    ms(of.latencyP99Ms),
  ]);
  return html`<h3>By type, ${nameOf(first)}</h3>
    ${htmlTable(head, rows)}`;
}

/** Where the faults were. */
const marksOf = ({ result }: Measured): Mark[] =>
  (result.faults ?? []).map(({ at, kind, node }) => ({
    second: Math.max(0, (Date.parse(at) - Date.parse(result.startedAt)) / 1000),
    name: `${kind} ${node}`,
  }));

const seenOf = (run: Measured): SeenRun[] =>
  run.metrics === undefined
    ? []
    : [
        {
          ...{ name: nameOf(run), startedMs: Date.parse(run.result.startedAt) },
          ...{ metrics: run.metrics, marks: marksOf(run) },
        },
      ];

/** One test: its runs in numbers and over time, its percentiles, where it ran. */
export function testSection({ name, runs, plan }: ReportTest): Html {
  const measured = runs.filter(isMeasured);
  const series = measured.map((run) => ({
    ...{ name: nameOf(run), points: run.result.series.points, marks: marksOf(run) },
  }));
  const curves = measured.map((run) => ({ name: nameOf(run), points: curveOf(run.result) }));
  const seen = measured.flatMap(seenOf);
  const [first] = measured;
  const [firstSeen] = seen;
  const figures = [
    throughputOverTime(series),
    latencyOverTime(series),
    longestOverTime(series),
    percentileCurves(curves),
    firstSeen && cpuOverTime(firstSeen),
    commitsOverTime(seen),
  ].flatMap((figure) => (figure === undefined ? [] : [figureHtml(figure)]));
  return html`<section>
    <h2>${name}</h2>
    ${runsTable(runs)}${reasons(runs)}${first && measurement(first.result)}
    ${faults(measured.map((run) => ({ name: nameOf(run), result: run.result })))}${figures}${types(measured)}
    ${plan && topology(plan)}${environment(measured.map(({ result }) => result))}
  </section>`;
}
