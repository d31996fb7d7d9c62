import { problemOf, type Liveness } from '@benchbus/events';
import type { ObservableResult } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { within } from '../lifecycle/within.ts';
import { meter } from './meter.ts';

/** Of which an installation needs one each: of one that nobody lives of, 0 is told. */
const SERVICES = ['artifact-store', 'network-allocator', 'provisioner', 'suite-dispatcher'] as const;
/** Other figures that are sent at the same time do not wait longer. */
const LOOK_MS = 5_000;

/** How many there are of each service. Keys: `service.<name>.<instance>`. */
export function replicasOf(keys: Iterable<string>): ReadonlyMap<string, number> {
  const count = new Map<string, number>(SERVICES.map((name) => [name, 0]));
  for (const key of keys) {
    const [, name = ''] = key.split('.');
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return count;
}

/**
 * Tells, each time metrics are sent, how many replicas of each service live: a service's own figures end with it, and no alert sees
 * that one of many is missing. Told by two services, as nobody tells that he is away himself.
 */
export function observeReplicas(liveness: Pick<Liveness, 'holders'>, logger: Pick<Logger, 'warn'>): void {
  const gauge = meter().createObservableGauge('benchbus.replicas', {
    description: 'Replicas of a service that live',
    unit: '{replica}',
  });
  const look = async (result: ObservableResult): Promise<void> => {
    try {
      const held = await within(liveness.holders('service.'), LOOK_MS);
      if (held === 'late') return;
      for (const [service, count] of replicasOf(held.keys())) result.observe(count, { service });
    } catch (error) {
      // A server that is away says nothing about who lives: the gauge ends, which is what an alert sees.
      const problem = problemOf(error);
      if (problem.code !== 'NATS_NOT_PERMITTED') return;
      gauge.removeCallback(look);
      logger.warn(
        { problem },
        'benchbus.replicas is not told: these credentials are of a version that did not need the right',
      );
    }
  };
  gauge.addCallback(look);
}
