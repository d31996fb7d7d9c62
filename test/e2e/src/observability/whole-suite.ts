import { connect, headers } from '@nats-io/transport-node';
import type { CollectedSpan } from '@benchbus/service/testing';
import { expect, vi } from 'vitest';
import type { TestCollector } from './collector.ts';
import { exposed, missingIn } from './named-metrics.ts';
import { pathOf, traceTree } from './trace-tree.ts';

const SOON = { timeout: 30_000, interval: 100 };

/** The suite's own span, as soon as it is there: the last one that matters. */
export const rootOf = (collector: TestCollector, suite: string): Promise<CollectedSpan> =>
  vi.waitFor(
    () =>
      collector.spans.find(({ name, attributes }) => name === 'suite' && attributes['benchbus.suite.id'] === suite) ??
      expect.fail(`no span of suite ${suite}`),
    SOON,
  );

/** Of a suite that ran on target `local`, with Valkey and S3: one root, no orphan, and what must be in it. */
export async function checkTrace(collector: TestCollector, suite: string): Promise<void> {
  const root = await rootOf(collector, suite);
  await vi.waitFor(() => {
    const tree = traceTree(collector.spans, root.traceId);
    expect(tree.roots.map(({ name }) => name)).toEqual(['suite']);
    expect(tree.orphans.map(({ service, name }) => `${service}: ${name}`)).toEqual([]);
    const paths = new Set(tree.spans.map((span) => `${span.service}: ${pathOf(span, tree).join(' > ')}`));
    const has = (pattern: RegExp) => [...paths].some((path) => pattern.test(path));
    for (const stage of ['queue', 'network', 'provision', 'database', 'workload', 'artifacts', 'release'])
      expect([...paths]).toContain(`suite-dispatcher: suite > run > ${stage}`);
    for (const pattern of [
      /^network-allocator: .*publish evt\.network/,
      /^provisioner: .* process evt\.run\.\* > .*publish evt\.deployment/,
      /^edge-runner: .* database > execute edge-setup-v1 > .*publish evt\.edge/,
      /^edge-runner: .* workload > execute edge-workload-v1 > .*publish evt\.edge/,
      /^suite-dispatcher: .* run > execute bench-run > .*edge-task-dispatch/,
      /^artifact-store: .*S3\./,
      /^network-allocator: .*update view > .*(sadd|srem|exec|smembers)$/,
      /^artifact-store: .*answer artifact\.upload$/,
    ])
      expect(has(pattern), `${pattern} in\n${[...paths].sort().join('\n')}`).toBe(true);
    // From work to who appended what led to it.
    const ids = new Set(tree.spans.map(({ spanId }) => spanId));
    const processed = tree.spans.filter(({ name }) => name.startsWith('process evt.'));
    expect(processed.flatMap(({ links }) => links).filter((id) => ids.has(id)).length).toBeGreaterThan(5);
  }, SOON);
}

/** A message that no schema fits, as a client may send it. */
export async function publishRubbish(natsUrl: string): Promise<void> {
  const nc = await connect({ servers: natsUrl });
  const given = headers();
  given.set('content-type', 'application/json');
  nc.publish('request.suite.rubbish', '{', { headers: given });
  await nc.drain();
}

const valuesOf = (page: string, metric: string): number[] =>
  page.split('\n').flatMap((line) => (line.startsWith(`${metric}{`) ? [Number(line.split(' ').at(-1))] : []));

/** Everything that dashboards and rules name is on the collector's page; and no message waits. */
export async function checkMetrics(collector: TestCollector): Promise<void> {
  await vi.waitFor(async () => {
    const page = await collector.scrape();
    expect(missingIn(page)).toEqual([]);
    const pending = valuesOf(page, 'benchbus_consumer_pending');
    expect(pending.length).toBeGreaterThan(2);
    expect(pending.filter((count) => count > 0)).toEqual([]);
    expect([...(exposed(page).get('benchbus_suites_open') ?? [])]).toContain('job');
  }, SOON);
}
