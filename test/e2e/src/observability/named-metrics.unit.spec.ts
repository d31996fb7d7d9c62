import { expect, it } from 'vitest';
import { exposed, expressions, missingIn, namedIn } from './named-metrics.ts';

it('finds the metrics of an expression, and the labels that each needs', () => {
  const expr =
    'histogram_quantile(0.9, sum by (c, le) (rate(a_bucket{outcome=~"x|y"}[5m]))) > 1 unless on (c) b offset 15m and max(d) / d';
  expect(namedIn(expr)).toEqual([
    { metric: 'a_bucket', labels: ['outcome', 'c', 'le'] },
    { metric: 'b', labels: [] },
    { metric: 'd', labels: [] },
    { metric: 'd', labels: [] },
  ]);
});

it('finds what a page has, and misses what it has not', () => {
  const page = '# HELP a_total x\na_total{consumer="c",job="j"} 1\nb 2\n';
  expect([...exposed(page)].map(([name, labels]) => [name, [...labels]])).toEqual([
    ['a_total', ['consumer', 'job']],
    ['b', []],
  ]);
  expect(missingIn(page).length).toBeGreaterThanOrEqual(expressions().length);
});
