import { expect, test } from 'vitest';
import { ALL_CASES } from '../cases/index.ts';
import { keptReports, readDocument, renderDocument } from './documents.ts';

test('docs/reference/hatchet-conformance.md shows the kept results (if not: npm run conformance -- --table)', () => {
  expect(readDocument()).toBe(renderDocument());
});

test.each(keptReports().map((report) => [report.engine, report] as const))(
  '%s: every case was run, and passed',
  (_engine, report) => {
    expect(report.cases.map(({ name }) => name)).toEqual(ALL_CASES.map(({ name }) => name));
    expect(report.cases.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  },
);

test('names of cases are unique, and there are at least 30', () => {
  const names = ALL_CASES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(30);
});

test('the kept results hold no token', () => {
  for (const report of keptReports()) expect(JSON.stringify(report)).not.toMatch(/eyJ[\w-]+\./);
});
