import type { SeriesPoint } from '@benchbus/results';
import { figureOf, svgOf, type Figure } from './svg.ts';

/** One run's points. */
export interface NamedSeries {
  readonly name: string;
  readonly points: readonly SeriesPoint[];
  /** What happened meanwhile: a line across the plot. */
  readonly marks?: readonly Mark[];
}

export interface Mark {
  /** Since the start of the measurement. */
  readonly second: number;
  readonly name: string;
}

/** A dashed line at each mark, in the colour of its run. */
export const markLine = (marks: readonly Mark[] = []): object =>
  marks.length === 0
    ? {}
    : {
        markLine: {
          ...{ silent: true, symbol: 'none', lineStyle: { type: 'dashed', width: 1.5 } },
          label: { formatter: '{b}', position: 'insideEndTop' },
          data: marks.map(({ second, name }) => ({ xAxis: second, name })),
        },
      };

interface Axis {
  readonly caption: string;
  /** Of the vertical axis. */
  readonly label: string;
  readonly of: (point: SeriesPoint) => number | undefined;
}

/** A value of each second of the measured part; a second without a value breaks the line. */
export function overTime(runs: readonly NamedSeries[], { caption, label, of }: Axis): Figure | undefined {
  const lines = runs.map(({ name, points, marks }) => ({
    ...{ name, marks },
    data: points.map((point) => [point.second, of(point) ?? null] as const),
  }));
  const count = lines.reduce((sum, { data }) => sum + data.filter(([, value]) => value !== null).length, 0);
  return figureOf(caption, count, () =>
    svgOf({
      legend: { top: 0, type: 'plain', selectedMode: false, silent: true, itemGap: 20 },
      xAxis: {
        type: 'value',
        name: 's since the start of the measurement',
        nameLocation: 'middle',
        nameGap: 26,
        min: 0,
      },
      yAxis: { type: 'value', name: label, min: 0 },
      series: lines.map(({ name, data, marks }) => ({
        type: 'line',
        silent: true,
        name,
        data,
        connectNulls: false,
        symbol: data.length < 3 ? 'circle' : 'none',
        lineStyle: { width: 1.5 },
        ...markLine(marks),
      })),
    }),
  );
}

export const throughputOverTime = (runs: readonly NamedSeries[]): Figure | undefined =>
  overTime(runs, { caption: 'Throughput over time', label: 'transactions/s', of: ({ tps }) => tps });

/** Faults stand in the plot of the throughput alone. */
const unmarked = (runs: readonly NamedSeries[]): NamedSeries[] => runs.map(({ name, points }) => ({ name, points }));

export const latencyOverTime = (runs: readonly NamedSeries[]): Figure | undefined =>
  overTime(unmarked(runs), { caption: 'Mean latency over time', label: 'ms', of: (point) => point.latencyAverageMs });

export const longestOverTime = (runs: readonly NamedSeries[]): Figure | undefined =>
  overTime(unmarked(runs), {
    caption: 'Longest latency of each second',
    label: 'ms',
    of: (point) => point.latencyMaxMs,
  });
