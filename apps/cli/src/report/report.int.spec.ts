import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findProgram } from '@benchbus/service/testing';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportPage } from './report-page.ts';
import { report, result, run } from './testing/example-report.ts';

const chromium = findProgram(['chromium', 'chromium-browser', 'google-chrome'], []);
if (chromium === undefined) console.warn('skipped: no chromium (apt-get install chromium)');

describe.skipIf(chromium === undefined)('a report in a browser', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'benchbus-report-'));
    const file = join(folder, 'report.html');
    const small = [1, 1.02, 0.98, 1.01].map((factor, index) => run('small', index + 1, result(factor)));
    await writeFile(file, reportPage(report([...small, run('large', 1, result(2))])));
    // As root, as CI's containers are, it has no sandbox to offer.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await launch({ executablePath: chromium ?? '', args, userDataDir: join(folder, 'profile') });
    page = await browser.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    await page.goto(pathToFileURL(file).href);
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows every plot: large enough, with lines or dots inside it, all within its frame', async () => {
    const figures = await page.$$eval('figure', (found) =>
      found.map((figure) => {
        const frame = figure.querySelector('svg')?.getBoundingClientRect();
        const shapes = [...figure.querySelectorAll('svg path')].map((path) => path.getBoundingClientRect());
        const drawn = shapes.filter(({ width, height }) => width > 3 || height > 3);
        const outside = drawn.filter(
          ({ left, right }) => frame === undefined || left < frame.left - 1 || right > frame.right + 1,
        );
        const { points } = figure.dataset;
        return {
          width: frame?.width ?? 0,
          height: frame?.height ?? 0,
          drawn: drawn.length,
          outside: outside.length,
          points,
        };
      }),
    );
    expect(figures).toHaveLength(10);
    for (const { width, height, drawn, outside, points } of figures) {
      expect(width).toBeGreaterThan(300);
      expect(height).toBeGreaterThan(100);
      expect(drawn).toBeGreaterThan(1);
      expect(outside).toBe(0);
      expect(Number(points)).toBeGreaterThan(0);
    }
  });

  it('asks nobody for anything, and complains of nothing', () => {
    expect(requests.map((url) => new URL(url).protocol)).toEqual(['file:']);
    expect(said).toEqual([]);
  });

  it('can be printed', async () => {
    const pdf = await page.pdf({ format: 'a4' });
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(20_000);
  });
});
