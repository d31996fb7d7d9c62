import type { DeadLetters } from '@benchbus/events';
import type { ObservableResult } from '@opentelemetry/api';
import { within } from '../lifecycle/within.ts';
import { meter } from './meter.ts';

/** Other figures that are sent at the same time do not wait longer. */
const LOOK_MS = 5_000;

/**
 * Tells, each time metrics are sent, how many dead letters of each consumer wait for somebody: what is counted as it is parked begins
 * at 0 with each process, and a letter stays. All replicas tell the same: take the maximum.
 * @param consumers of which 0 is told, too
 */
export function observeDeadLetters(letters: Pick<DeadLetters, 'open'>, consumers: readonly string[]): void {
  const seen = new Set(consumers);
  const gauge = meter().createObservableGauge('benchbus.dead_letters.parked', {
    description: 'Messages that nobody could handle and nobody has settled: parked, or redriven and not handled yet',
    unit: '{message}',
  });
  gauge.addCallback(async (result: ObservableResult) => {
    // A server that is away says nothing about letters: the gauge ends, which is what an alert sees.
    const open = await within(letters.open(), LOOK_MS).catch(() => 'late' as const);
    if (open === 'late') return;
    for (const consumer of open.keys()) seen.add(consumer);
    for (const consumer of seen) result.observe(open.get(consumer) ?? 0, { consumer });
  });
}
