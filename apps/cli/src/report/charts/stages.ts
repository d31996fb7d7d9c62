import { figureOf, svgOf, type Figure } from './svg.ts';

export interface RunStages {
  readonly name: string;
  /** Since the first run began, s. */
  readonly startSeconds: number;
  readonly stages: readonly { readonly stage: string; readonly seconds: number }[];
}

const ROW = 26;

/** What the time went into, run below run, as bars that follow each other. */
export function timeline(runs: readonly RunStages[]): Figure | undefined {
  const names = [...new Set(runs.flatMap(({ stages }) => stages.map(({ stage }) => stage)))];
  const count = runs.reduce((sum, { stages }) => sum + stages.length, 0);
  // The first row above, as in a table.
  const rows = [...runs].reverse();
  const of = (run: RunStages, name: string): number =>
    run.stages.filter(({ stage }) => stage === name).reduce((sum, { seconds }) => sum + seconds, 0);
  return figureOf('Stages of each run', count, () =>
    svgOf(
      {
        legend: { top: 0, data: names, selectedMode: false, silent: true, itemGap: 20 },
        grid: { left: 170, right: 24, top: 40, bottom: 44 },
        xAxis: { type: 'value', name: 's since the first run began', nameLocation: 'middle', nameGap: 26, min: 0 },
        yAxis: {
          type: 'category',
          data: rows.map(({ name }) => name),
          axisLabel: { width: 150, overflow: 'truncate' },
        },
        series: [
          {
            type: 'bar',
            stack: 'run',
            silent: true,
            itemStyle: { opacity: 0 },
            data: rows.map(({ startSeconds }) => startSeconds),
          },
          ...names.map((name) => ({
            type: 'bar',
            silent: true,
            stack: 'run',
            name,
            data: rows.map((run) => of(run, name)),
          })),
        ],
      },
      Math.max(160, 100 + runs.length * ROW),
    ),
  );
}
