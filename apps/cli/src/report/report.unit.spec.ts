import { describe, expect, it } from 'vitest';
import { html } from './html.ts';
import { reportPage } from './report-page.ts';
import { report, result, run } from './testing/example-report.ts';

const captions = (page: string): (string | undefined)[][] =>
  [...page.matchAll(/aria-label="([^"]+)" data-points="(\d+)"/g)].map((match) => match.slice(1));

describe('a report', () => {
  const four = [1, 1.02, 0.98, 1.01].map((factor, index) => run('small', index + 1, result(factor)));

  it('has every plot, each with data, and lines in it', () => {
    const page = reportPage(report([...four, run('large', 1, result(2))]));
    expect(captions(page)).toEqual([
      ['Every valid run, and the 95 % interval of each test&#39;s mean (the axis does not begin at 0)', '5'],
      ['Stages of each run', '10'],
      ['Throughput over time', '40'],
      ['Mean latency over time', '40'],
      ['Longest latency of each second', '40'],
      ['Latency by percentile', '16'],
      ['Throughput over time', '10'],
      ['Mean latency over time', '10'],
      ['Longest latency of each second', '10'],
      ['Latency by percentile', '4'],
    ]);
    const svgs = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(svgs).toHaveLength(10);
    for (const svg of svgs) {
      expect(svg).toMatch(/<path /);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('says how it was measured, what faults cost, and what the machine and the server did', () => {
    const fault = { index: 0, kind: 'kill', node: 'pg-1', at: '2026-06-01T12:00:04.000Z', newLeader: 'pg-2' } as const;
    const cost = { timeToNewLeaderMs: 1500, acknowledgedCommits: 900, acknowledgedCommitsLost: 3, recoveryMs: 2100 };
    const measured = result(1, {
      latencyOf: 'new_order',
      sampling: { share: 0.25 },
      openLoop: { rateTps: 500, scheduleLagAverageMs: 1.5, scheduleLagP99Ms: 7, scheduleLagMaxMs: 11 },
      toolStarts: 2,
      faults: [{ ...fault, ...cost, throughputBeforeTps: 998, throughputSource: "the tool's seconds" }],
    });
    const columns = ['timeMs', 'hostCpuBusyCores', 'loadToolCpuCores', 'dbCommitsPerS'];
    const from = Date.parse('2026-06-01T12:00:00Z');
    const rows = Array.from({ length: 10 }, (_, second) => [from + second * 1000, 1.5, 0.5, second === 4 ? NaN : 1000]);
    const page = reportPage(report([{ ...run('t', 1, measured), metrics: { columns, rows } }]));
    for (const said of ['type new_order', '25 %', '500 transactions/s by the clock', 'pg-2 after 1.5 s', '3 of 900'])
      expect(page).toContain(said);
    expect(page).toMatch(/by\s+the tool&#39;s seconds/);
    expect(captions(page)).toContainEqual(['Commits over time, by the server', '9']);
    expect(captions(page)).toContainEqual(['CPU of the load node&#39;s machine, repeat 1', '20']);
    const plots = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(plots.filter((svg) => svg.includes('kill pg-1')).length).toBe(2);
    expect(reportPage(report(four))).not.toContain('<h3>Faults</h3>');
  });

  it('asks for nothing from anywhere, and runs no script', () => {
    const page = reportPage(report(four));
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(\s*['"]?http|@import|\son\w+=/i);
    expect(page.match(/https?:\/\/[^"'\s)]+/g)?.filter((url) => !url.startsWith('http://www.w3.org/')) ?? []).toEqual(
      [],
    );
    expect(page).toContain("default-src 'none'");
  });

  it('escapes whatever it shows', () => {
    const evil = '<script>alert(1)</script>';
    const failed = run('evil', 1, undefined, { problem: { code: 'X', message: evil } });
    const page = reportPage(report([{ ...failed, run: { ...failed.run, test: evil } }, run(evil, 2, result(1))]));
    expect(page).not.toContain('<script');
    expect(page).toContain('A &lt;suite&gt; &amp; more');
    expect(html`${[evil, undefined, 7]}`.text).toBe('&lt;script&gt;alert(1)&lt;/script&gt;7');
  });

  it('says what is invalid and why, what failed, and leaves out plots without data', () => {
    const invalid = result(1, {
      series: { source: 'tool-summary', points: [] },
      validity: { verdict: 'invalid', reasons: [{ reason: 'noisy host', detail: 'somebody else' }] },
    });
    const page = reportPage(report([run('t', 1, invalid), run('t', 2, undefined)]));
    expect(page).toContain('1 invalid');
    expect(page).toContain('noisy host: somebody else');
    expect(captions(page).map(([caption]) => caption)).not.toContain('Throughput over time');
    expect(reportPage(report([]))).toContain('suite-1');
  });
});
