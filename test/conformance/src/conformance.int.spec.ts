import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALL_CASES } from './cases/index.ts';
import { startEmbedded } from './engines/embedded.ts';
import type { Engine } from './engines/engine.ts';
import type { Report } from './report/report.ts';
import { runConformance } from './run-conformance.ts';

const LIMIT_MS = 600_000;
let engine: Engine | undefined;
let report: Report | undefined;

// All cases share one engine and run at once, so they run before the tests, which tell what came of each.
beforeAll(async () => {
  process.setMaxListeners(0); // each of the SDK's workers listens to signals
  engine = await startEmbedded();
  report = await runConformance(engine, ALL_CASES, { parallel: 4 });
}, LIMIT_MS);
afterAll(() => engine?.stop());

test.each(ALL_CASES.map(({ name, expectation }) => [name, expectation]))('embedded: %s: %s', (name) => {
  expect(report?.cases.find((each) => each.name === name)).toMatchObject({ outcome: 'passed' });
});
