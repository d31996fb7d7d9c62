import { join } from 'node:path';
import { eventDetail } from '../domain/event-detail.ts';
import type { SuiteResults } from '../domain/suite-results.ts';
import { stageDurations, timelineOf } from '../domain/timeline.ts';

/** A suite's results for machines: one JSON object; latencies and durations in ms. */
export function resultsJson(results: SuiteResults, artifactsDir: string | undefined): object {
  return {
    ...results,
    runs: results.runs.map(({ events, artifacts, ...run }) => ({
      ...run,
      artifacts: artifacts.map((artifact) => ({
        ...artifact,
        ...(artifactsDir === undefined ? {} : { path: join(artifactsDir, artifact.key) }),
      })),
      stages: stageDurations(events),
      timeline: timelineOf(events, eventDetail),
    })),
  };
}
