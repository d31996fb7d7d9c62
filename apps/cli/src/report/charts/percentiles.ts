import { figureOf, svgOf, type Figure } from './svg.ts';

export interface PercentileCurve {
  readonly name: string;
  /** Percentile (0 to 100) and latency in ms, ascending. */
  readonly points: readonly (readonly [percentile: number, ms: number])[];
}

/** Where a percentile stands: one step for each further nine, as the tail is what is looked at. */
const nines = (percentile: number): number => -Math.log10(1 - percentile / 100);
const LABELS = ['0', '90', '99', '99.9', '99.99', '99.999'];

/** Latency by percentile, each run a line; both axes logarithmic. */
export function percentileCurves(runs: readonly PercentileCurve[]): Figure | undefined {
  const lines = runs.map(({ name, points }) => ({
    name,
    data: points
      .filter(([percentile, ms]) => percentile < 100 && ms > 0)
      .map(([percentile, ms]) => [nines(percentile), ms]),
  }));
  const count = lines.reduce((sum, { data }) => sum + data.length, 0);
  return figureOf('Latency by percentile', count, () =>
    svgOf({
      legend: { top: 0, type: 'plain', selectedMode: false, silent: true, itemGap: 20 },
      xAxis: {
        type: 'value',
        name: 'percentile',
        nameLocation: 'middle',
        nameGap: 26,
        interval: 1,
        min: 0,
        max: Math.min(
          LABELS.length - 1,
          Math.ceil(Math.max(1, ...lines.flatMap(({ data }) => data.map(([at = 0]) => at)))),
        ),
        axisLabel: { formatter: (at: number) => LABELS[Math.round(at)] ?? '' },
      },
      yAxis: { type: 'log', name: 'ms' },
      series: lines.map(({ name, data }) => ({
        type: 'line',
        silent: true,
        name,
        data,
        symbol: 'circle',
        symbolSize: 4,
      })),
    }),
  );
}
