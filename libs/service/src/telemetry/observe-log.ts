import type { EventBus } from '@benchbus/events';
import type { BatchObservableResult } from '@opentelemetry/api';
import { within } from '../lifecycle/within.ts';
import { meter } from './meter.ts';

/** Other figures that are sent at the same time do not wait longer. */
const LOOK_MS = 5_000;

/**
 * Tells, each time metrics are sent, how full the log is: of its stream and of the account, bytes and the limit, 0 where none is
 * known. All replicas tell the same: take the maximum, not the sum.
 */
export function observeLog(bus: Pick<EventBus, 'storage'>): void {
  const bytes = meter().createObservableGauge('benchbus.log', {
    description: 'What is stored of the limit: by the log alone (of = stream), by all streams (account)',
    unit: 'By',
  });
  const limit = meter().createObservableGauge('benchbus.log.limit', {
    description: 'Beyond it nothing can be appended; 0: none is known',
    unit: 'By',
  });
  const look = async (result: BatchObservableResult): Promise<void> => {
    // A server that is away says nothing: the gauges end, which is what an alert sees.
    const uses = await within(bus.storage(), LOOK_MS).catch(() => 'late' as const);
    if (uses === 'late') return;
    for (const { of, bytes: stored, limitBytes } of uses) {
      result.observe(bytes, stored, { of });
      result.observe(limit, limitBytes ?? 0, { of });
    }
  };
  meter().addBatchObservableCallback(look, [bytes, limit]);
}
