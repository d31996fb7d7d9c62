import { performance } from 'node:perf_hooks';
import type { Engine } from './engines/engine.ts';
import { engineVersion } from './engines/until-ready.ts';
import { commit, sdkVersion } from './report/provenance.ts';
import { count, type Report } from './report/report.ts';
import type { Case } from './runner/case.ts';
import { runCases, type RunOptions } from './runner/run-cases.ts';

/** Runs the cases against an engine and reports. */
export async function runConformance(engine: Engine, cases: readonly Case[], options: RunOptions): Promise<Report> {
  const date = new Date().toISOString();
  const start = performance.now();
  const version = await engineVersion(engine.address);
  const results = await runCases(cases, engine, options);
  return {
    engine: engine.kind,
    engineVersion: version,
    sdkVersion: sdkVersion(),
    date,
    commit: commit(),
    seconds: Math.round((performance.now() - start) / 1000),
    passed: count(results, 'passed'),
    failed: count(results, 'failed'),
    skipped: count(results, 'skipped'),
    cases: results,
  };
}
