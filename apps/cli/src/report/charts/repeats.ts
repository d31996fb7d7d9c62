import type { RatioInterval } from '@benchbus/results';
import { figureOf, svgOf, type Figure } from './svg.ts';

export interface RepeatedTest {
  readonly name: string;
  /** One value a run. */
  readonly values: readonly number[];
  /** Of the mean; undefined: too few values. */
  readonly interval: Pick<RatioInterval, 'low' | 'high'> | undefined;
}

interface Api {
  readonly value: (dimension: number) => number;
  readonly coord: (point: readonly [number, number]) => [number, number];
}

const CAP = 8;

/** An interval as a line with caps, at [category, low, high]. */
function whisker(_: unknown, api: Api): object {
  const [x, low] = api.coord([api.value(0), api.value(1)]);
  const [, high] = api.coord([api.value(0), api.value(2)]);
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: '#D55E00', lineWidth: 2 },
  });
  const caps = [low, high].map((y) => line(x - CAP, y, x + CAP, y));
  return { type: 'group', children: [line(x, low, x, high), ...caps] };
}

/** Every repeat as a dot, and the interval of their mean, by test. */
export function repeats(tests: readonly RepeatedTest[], label: string): Figure | undefined {
  const dots = tests.flatMap(({ values }, index) => values.map((value) => [index, value]));
  const intervals = tests.flatMap(({ interval }, index) => (interval ? [[index, interval.low, interval.high]] : []));
  return figureOf(
    `Every valid run, and the 95 % interval of each test's mean (the axis does not begin at 0)`,
    dots.length,
    () =>
      svgOf({
        xAxis: {
          type: 'category',
          data: tests.map(({ name }) => name),
          axisLabel: { interval: 0, width: 140, overflow: 'truncate' },
        },
        yAxis: { type: 'value', name: label, scale: true },
        series: [
          { type: 'scatter', silent: true, data: dots, symbolSize: 7, itemStyle: { opacity: 0.75 } },
          { type: 'custom', silent: true, data: intervals, renderItem: whisker },
        ],
      }),
  );
}
