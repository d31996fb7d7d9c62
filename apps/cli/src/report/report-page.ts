import { html } from './html.ts';
import { page } from './page.ts';
import type { Report } from './report.ts';
import { allRuns } from './sections/all-runs.ts';
import { comparisonSection } from './sections/comparison.ts';
import { overview } from './sections/overview.ts';
import { testSection } from './sections/test.ts';

/** A report as one HTML page that needs nothing else. Pure. */
export const reportPage = (report: Report): string =>
  page(
    `${report.suite.name} – benchbus`,
    html`${overview(report)}${report.comparison && comparisonSection(report.comparison)}${allRuns(report)}${report.tests.map(testSection)}`,
  );
