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
