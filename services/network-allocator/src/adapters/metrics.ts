import { metrics, type ObservableResult } from '@opentelemetry/api';
import type { Rules } from '../domain/intent.ts';
import { freeOf } from '../domain/placement.ts';
import type { Pool } from '../domain/pool.ts';
import type { State } from '../domain/state.ts';
import { waitingByPool } from '../domain/waiting.ts';
import type { AllocatorMeter } from '../shell/meter.ts';
import type { Projection } from '../shell/projection.ts';
import type { HostWatch } from './host-watch.ts';

/** In seconds: at once, or after a day in the queue (`timeouts.queue`). */
const BOUNDARIES = [
  0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 57_600, 86_400,
];

/** What the allocator has and does, as metrics `benchbus.allocator.*` of OpenTelemetry. Without a collector they cost nothing. */
export function allocatorMetrics(
  { state }: Pick<Projection, 'state'>,
  { quarantineMs }: Pick<Rules, 'quarantineMs'>,
  { living }: Pick<HostWatch, 'living'>,
): AllocatorMeter & { stop(): void } {
  const meter = metrics.getMeter('benchbus.allocator');
  const tries = meter.createCounter('benchbus.allocator.tries', { description: 'Appends that were tried' });
  const conflicts = meter.createCounter('benchbus.allocator.conflicts', {
    description: 'Appends that another replica was before',
  });
  const reserved = meter.createHistogram('benchbus.allocator.time_to_reserve', {
    description: 'From the request for a network to its reservation',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  const blocks = meter.createObservableGauge('benchbus.allocator.blocks', {
    description: 'Blocks of a pool by state: total, used, quarantined, occupied, free',
  });
  const waiting = meter.createObservableGauge('benchbus.allocator.waiting', {
    description: 'Requests without a block, by the pools of which they may get one',
  });
  const hosts = meter.createObservableGauge('benchbus.allocator.host.living', {
    description: 'Announced hosts: 1 while the provisioner gives a sign of life, 0 while it is away',
  });
  const observeBlocks = (result: ObservableResult): void => {
    const cooled = Date.now() - quarantineMs;
    for (const pool of state.pools.values())
      for (const [kind, count] of Object.entries(countsOf(state, pool, cooled)))
        result.observe(count, { scope: pool.scope, pool: pool.cidr, state: kind });
  };
  const observeWaiting = (result: ObservableResult): void => {
    for (const { target, pool, requests } of waitingByPool(state)) result.observe(requests, { target, pool });
  };
  const observeHosts = (result: ObservableResult): void => {
    const there = living();
    for (const { hostId, hostname } of state.hosts.values())
      result.observe(there.has(hostId) ? 1 : 0, { host: hostId, hostname });
  };
  hosts.addCallback(observeHosts);
  blocks.addCallback(observeBlocks);
  waiting.addCallback(observeWaiting);
  return {
    tried: (event, outcome) => {
      tries.add(1, { event, outcome });
      if (outcome === 'conflict') conflicts.add(1, { event });
    },
    reserved: (ms, target) => reserved.record(ms / 1000, { target }),
    stop: () => {
      hosts.removeCallback(observeHosts);
      blocks.removeCallback(observeBlocks);
      waiting.removeCallback(observeWaiting);
    },
  };
}

function countsOf(state: State, pool: Pool, cooled: number) {
  const free = freeOf(state, pool, cooled);
  return {
    total: pool.blocks,
    used: pool.granted,
    quarantined: pool.quarantined(cooled),
    // What others have for the time being, too.
    occupied: pool.occupied + pool.free(cooled) - free,
    free,
  };
}
