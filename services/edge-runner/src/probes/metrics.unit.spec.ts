import { describe, expect, it } from 'vitest';
import { labelOf, parseMetrics } from './metrics.ts';

const PAGE = `# HELP pg_up Whether the last scrape could connect
# TYPE pg_up gauge
pg_up 1
node_scrape_collector_success{collector="cpu"} 1
go_info{version="go1.19",os="linux"} 1 1700000000000
node_load1 2.5e-2
odd{text="a } b"} NaN
not a metric
`;

describe('parseMetrics', () => {
  it('reads names, labels and values, and nothing else', () => {
    const samples = parseMetrics(PAGE);
    expect(samples.map(({ name, value }) => [name, value])).toEqual([
      ['pg_up', 1],
      ['node_scrape_collector_success', 1],
      ['go_info', 1],
      ['node_load1', 0.025],
      ['odd', NaN],
    ]);
    const [, success, info] = samples;
    expect(success && labelOf(success, 'collector')).toBe('cpu');
    expect(info && [labelOf(info, 'version'), labelOf(info, 'os'), labelOf(info, 's')]).toEqual([
      'go1.19',
      'linux',
      undefined,
    ]);
  });
});
