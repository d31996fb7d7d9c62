import { METHOD, type ComparedTest } from '@benchbus/results';
import type { Comparison } from '../../domain/comparison.ts';
import { comparedCells } from '../../render/comparison-cells.ts';
import { html, htmlTable, type Html } from '../html.ts';

const CLASS = { better: 'good', same: 'good', worse: 'bad', inconclusive: 'dim' } as const;
const SHOWN_DIFFERENCES = 20;

function one(test: ComparedTest): Html {
  const rows = [test.primary, ...test.others].map((metric) => [...comparedCells(metric)]);
  const differences = test.differences
    .slice(0, SHOWN_DIFFERENCES)
    .map(({ where, a, b }) => [html`<code>${where}</code>`, a ?? 'not there', b ?? 'not there']);
  return html`<h3>${test.test}: <span class="${CLASS[test.verdict]}">${test.verdict}</span></h3>
    ${test.reason && html`<p class="dim">${test.reason}</p>`}${htmlTable(['Metric', 'A', 'B', 'Change'], rows)}
    ${
      differences.length === 0
        ? undefined
        : html`<p class="dim">What differs beside:</p>
            ${htmlTable(['Where', 'A', 'B'], differences)}`
    }`;
}

/** B held against A, test by test; the first metric of each decides. */
export const comparisonSection = ({ a, b, margin, tests }: Comparison): Html =>
  html`<h2>Comparison</h2>
    <p class="dim">
      A is <code>${a}</code>, B <code>${b}</code>; ${METHOD}; a change below ${Number((margin * 100).toFixed(2))} % is
      of no interest.
    </p>
    ${tests.map(one)}`;
