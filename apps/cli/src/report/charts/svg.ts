import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

/** Told apart by people who do not see all colours, and in grey by their lightness (Okabe and Ito 2008). */
export const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#F0E442'];
const WIDTH = 760;

/** A drawing as the text of an SVG element: no script, no font and no picture from elsewhere. */
export function svgOf(option: echarts.EChartsCoreOption, height = 280): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      color: COLOURS,
      textStyle: { fontFamily: 'system-ui, sans-serif' },
      grid: { left: 76, right: 24, top: 40, bottom: 44 },
      ...option,
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** A drawing and what it says, for those who do not see it. */
export interface Figure {
  readonly caption: string;
  readonly svg: string;
  /** How many values are drawn. */
  readonly points: number;
}

/** Undefined where there is nothing to be drawn: an empty plot tells less than none. */
export const figureOf = (caption: string, points: number, draw: () => string): Figure | undefined =>
  points === 0 ? undefined : { caption, points, svg: draw() };
