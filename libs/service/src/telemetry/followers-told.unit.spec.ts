import { setTimeout as delay } from 'node:timers/promises';
import { subjects } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { metrics as api } from '@opentelemetry/api';
import { metrics } from '@opentelemetry/sdk-node';
import { expect, it, vi } from 'vitest';

/** What is told now: `{ 'name labels': value }`. */
class Told extends metrics.MetricReader {
  async now(): Promise<Record<string, number>> {
    const { resourceMetrics } = await this.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      all.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [
          [descriptor.name, ...Object.values(attributes)].join(' '),
          value as number,
        ]),
      ),
    );
  }
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

it('a follower that hangs, and one that fails, are told of: how far behind, since when, how often', async () => {
  const told = new Told();
  const provider = new metrics.MeterProvider({ readers: [told] });
  api.setGlobalMeterProvider(provider);
  const bus = createMemoryBus();
  const subject = subjects.host('h1');
  const release = Promise.withResolvers<void>();
  let [version, hanging] = [0, false];
  const leave = async (cause: string) => {
    const draft = { name: 'HostLeft', subject, data: { reason: 'x' }, cause, correlation: 'h1' } as const;
    version = (await bus.log.append(draft, version)).event.sequence;
  };
  await bus.log.follow({
    name: 'hangs',
    from: 'start',
    onEvent: ({ cause }) => {
      hanging = cause === 'bad';
      return hanging ? release.promise : undefined;
    },
  });
  await bus.log.follow({
    name: 'fails',
    from: 'start',
    onEvent: ({ cause }) => {
      if (cause === 'bad') throw new Error('no');
    },
    onParked: async () => undefined,
  });
  await leave('good');
  const well = { 'benchbus.follower.behind hangs': 0, 'benchbus.follower.stalled hangs': 0 };
  await vi.waitFor(async () =>
    expect(await told.now()).toMatchObject({ ...well, 'benchbus.follower.errors fails failed': 0 }),
  );
  await leave('bad');
  await leave('good again');
  await vi.waitFor(() => expect(hanging).toBe(true));
  const before = (await told.now())['benchbus.follower.stalled hangs'] ?? NaN;
  await delay(5);
  await vi.waitFor(async () =>
    expect(await told.now()).toMatchObject({
      'benchbus.follower.behind hangs': 2,
      // Parked, it goes on.
      'benchbus.follower.behind fails': 0,
      'benchbus.follower.stalled fails': 0,
      'benchbus.follower.errors fails failed': 5,
      'benchbus.follower.errors fails parked': 1,
    }),
  );
  expect((await told.now())['benchbus.follower.stalled hangs']).toBeGreaterThan(before);
  release.resolve();
  await vi.waitFor(async () => expect(await told.now()).toMatchObject(well));
  await bus.close();
  await provider.shutdown();
});
