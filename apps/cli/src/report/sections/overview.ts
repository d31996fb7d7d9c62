import { statisticsOf } from '@benchbus/results';
import { formatCount, formatLatency } from '../../render/format.ts';
import { html, htmlTable, type Html } from '../html.ts';
import { countedResults, type Report, type ReportTest } from '../report.ts';

const ms = (value: number | undefined): string => (value === undefined ? '–' : formatLatency(value));

/** The middle of what its runs say. */
const middle = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : statisticsOf(known).median;
};

function row(test: ReportTest): (string | Html)[] {
  const { name, runs } = test;
  const results = countedResults(test);
  const tps = results.map(({ total }) => total.tps);
  const spread = tps.length < 2 ? undefined : statisticsOf(tps).relativeDeviation;
  const invalid = runs.filter(({ result }) => result?.validity?.verdict === 'invalid').length;
  return [
    name,
    `${results.length} of ${runs.length}`,
    tps.length === 0 ? '–' : formatCount(statisticsOf(tps).median),
    spread === undefined ? '–' : `${(spread * 100).toFixed(1)} %`,
    ms(middle(results.map(({ total }) => total.latencyP50Ms))),
    ms(middle(results.map(({ total }) => total.latencyP95Ms))),
    ms(middle(results.map(({ total }) => total.latencyP99Ms))),
    invalid === 0 ? '' : html`<span class="bad">${invalid} invalid</span>`,
  ];
}

/** What the suite measured, a line a test: medians of its runs. */
export function overview({ suite, tests, createdBy }: Report): Html {
  const head = ['Test', 'Runs', 'tps', 'Spread', 'p50', 'p95', 'p99', ''];
  return html`<h1>${suite.name}</h1>
    <p class="dim">
      suite <code>${suite.suiteId}</code>, ${suite.state}; by ${createdBy}. Medians of completed runs that are valid;
      the spread is the standard deviation over the mean.
    </p>
    ${suite.problems.map(({ code, message }) => html`<p class="bad">${code}: ${message}</p>`)}
    ${htmlTable(head, tests.map(row))}`;
}
