import { join } from 'node:path';
import { eventDetail } from '../domain/event-detail.ts';
import type { ResultV1 } from '@benchbus/results';
import type { SuiteResults } from '../domain/suite-results.ts';
import { testStatistics } from '../domain/test-statistics.ts';
import { stageDurations, timelineOf } from '../domain/timeline.ts';

/**
 * A suite's results for machines: one JSON object; latencies and durations in ms.
 * @param full each run's whole result, by its id
 */
export function resultsJson(
  results: SuiteResults,
  artifactsDir: string | undefined,
  full: ReadonlyMap<string, ResultV1> = new Map(),
): object {
  return {
    ...results,
    tests: testStatistics(results),
    runs: results.runs.map(({ events, artifacts, ...run }) => ({
      ...run,
      ...(full.has(run.runId) ? { result: full.get(run.runId) } : {}),
      artifacts: artifacts.map((artifact) => ({
        ...artifact,
        ...(artifactsDir === undefined ? {} : { path: join(artifactsDir, artifact.key) }),
      })),
      stages: stageDurations(events),
      timeline: timelineOf(events, eventDetail),
    })),
  };
}
