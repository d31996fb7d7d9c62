import type { MetricsTable } from '@benchbus/results';
import { markLine, type Mark } from './over-time.ts';
import { figureOf, svgOf, type Figure } from './svg.ts';

/** What was seen beside one measurement. */
export interface SeenRun {
  readonly name: string;
  /** Start of the measured part, ms since the epoch. */
  readonly startedMs: number;
  readonly metrics: MetricsTable;
  readonly marks: readonly Mark[];
}

type Points = readonly (readonly [second: number, value: number | null])[];
interface Line {
  readonly name: string;
  readonly data: Points;
  readonly marks?: readonly Mark[];
}

/** One column by the time since the start; a cell that is not known breaks the line. */
function column({ startedMs, metrics: { columns, rows } }: SeenRun, name: string): Points {
  const at = columns.indexOf(name);
  if (at < 0) return [];
  return rows
    .map((row) => [((row[0] ?? NaN) - startedMs) / 1000, row[at] ?? NaN] as const)
    .filter(([second]) => second >= 0)
    .map(([second, value]) => [Math.round(second * 10) / 10, Number.isNaN(value) ? null : value] as const);
}

function figure(caption: string, label: string, lines: readonly Line[]): Figure | undefined {
  const told = lines.filter(({ data }) => data.some(([, value]) => value !== null));
  const count = told.reduce((sum, { data }) => sum + data.filter(([, value]) => value !== null).length, 0);
  const axis = { type: 'value', nameLocation: 'middle', nameGap: 26, min: 0 };
  return figureOf(caption, count, () =>
    svgOf({
      legend: { top: 0, type: 'plain', selectedMode: false, silent: true, itemGap: 20 },
      xAxis: { ...axis, name: 's since the start of the measurement' },
      yAxis: { type: 'value', name: label, min: 0 },
      series: told.map(({ name, data, marks }) => ({
        ...{ type: 'line', silent: true, name, data, connectNulls: false, lineStyle: { width: 1.5 } },
        symbol: data.length < 3 ? 'circle' : 'none',
        ...markLine(marks),
      })),
    }),
  );
}

const CPU = [
  ['machine, busy', 'hostCpuBusyCores'],
  ['machine, taken by others (steal)', 'hostCpuStealCores'],
  ['load tool', 'loadToolCpuCores'],
  ['edge runner', 'runnerCpuCores'],
] as const;

/** Of one measurement: who used the load node's machine. */
export const cpuOverTime = (run: SeenRun): Figure | undefined =>
  figure(
    `CPU of the load node's machine, ${run.name}`,
    'cores',
    CPU.map(([name, of]) => ({ name, data: column(run, of) })),
  );

/** As the server counts them: those of everybody. */
export const commitsOverTime = (runs: readonly SeenRun[]): Figure | undefined =>
  figure(
    'Commits over time, by the server',
    'commits/s',
    runs.map((run) => ({ name: run.name, data: column(run, 'dbCommitsPerS'), marks: run.marks })),
  );
