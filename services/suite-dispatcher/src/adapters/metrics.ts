import type { AnchorSpan } from '@benchbus/events';
import { meter } from '@benchbus/service';
import type { SuiteIndex } from '../application/suite-index.ts';
import { openFigures } from '../domain/open-figures.ts';

/** In seconds: a stage takes from a moment to hours. */
const BOUNDARIES = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14_400];

type Meter = ReturnType<typeof meter>;
let stages: ReturnType<Meter['createHistogram']> | undefined;
let measurements: ReturnType<Meter['createHistogram']> | undefined;
let errors: ReturnType<Meter['createCounter']> | undefined;

/** What the stages of a run took, once it is over; and beside that what was measured, which all of it was for. */
export function measureStages(spans: readonly AnchorSpan[], measured: readonly number[]): void {
  stages ??= meter().createHistogram('benchbus.run.stage.duration', {
    description: 'How long runs were in a stage (queue and release among them), and whether it failed',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  measurements ??= meter().createHistogram('benchbus.run.measured.duration', {
    description: 'How long runs measured, without set-up and warm-up',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  for (const seconds of measured) measurements.record(seconds);
  for (const { anchor, start, end, failed } of spans)
    if (anchor.stage !== undefined)
      stages.record((end - start) / 1000, { stage: anchor.stage, outcome: failed === undefined ? 'done' : 'failed' });
}

/** `where`: `engine` could not be told, `reconciler` failed. What the reactor's consumer fails at is in its own figures. */
export function countError(where: 'engine' | 'reconciler', times = 1): void {
  errors ??= meter().createCounter('benchbus.dispatcher.errors', {
    description: 'What the dispatcher failed at beside its consumers; tried again later',
    unit: '{error}',
  });
  errors.add(times, { where });
}

/**
 * Tells of open suites and of unreleased runs each time metrics are sent. A run that is not released holds leases (a host, a block, a
 * deployment), also when its suite no longer waits for it. Each replica knows all: take the maximum, not the sum.
 */
export function observeSuites(index: Pick<SuiteIndex, 'open' | 'left'>): void {
  // A counter that begins with its first error hides that one from `increase`.
  for (const where of ['engine', 'reconciler'] as const) countError(where, 0);
  const suites = meter().createObservableGauge('benchbus.suites.open', {
    description: 'Suites that were accepted and are not over',
    unit: '{suite}',
  });
  const runs = meter().createObservableGauge('benchbus.runs.open', {
    description: 'Runs that are not released, by phase; overdue ones also after the end of their suite',
    unit: '{run}',
  });
  const leases = meter().createObservableGauge('benchbus.leases.open', {
    description: 'Runs that have asked for a host and a block and are not released',
    unit: '{lease}',
  });
  meter().addBatchObservableCallback(
    (result) => {
      const figures = openFigures(index.open().values(), index.left().values());
      result.observe(suites, figures.suites);
      for (const [phase, count] of Object.entries(figures.runs)) result.observe(runs, count, { phase });
      result.observe(leases, figures.leases);
    },
    [suites, runs, leases],
  );
}
