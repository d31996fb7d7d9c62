import { launchOf } from '@benchbus/suites';
import { request } from './http.ts';
import { unless } from './not-yet.ts';
import { labelOf, parseMetrics } from './metrics.ts';
import type { Sample } from './metrics.ts';
import { endOf } from './planned.ts';
import type { Planned } from './planned.ts';
import type { ProbeWorld } from './world.ts';

export type ExporterKind = 'node-exporter' | 'postgres-exporter' | 'pgbouncer-exporter';
export type Exporter = Planned<ExporterKind>;

const COLLECTOR = '--collector.';

/** Collectors that the plan switches on, of all by default. */
const collectorsOf = (at: Exporter): string[] =>
  (launchOf(at.process)?.run?.args ?? [])
    .filter((arg) => arg.startsWith(COLLECTOR) && arg !== '--collector.disable-defaults')
    .map((arg) => arg.slice(COLLECTOR.length));

const isUp = (samples: readonly Sample[], name: string) =>
  samples.some((sample) => sample.name === name && sample.value === 1);

/** What a page has to say for its exporter to be of use; throws NotYet where it does not. */
const SHOWS: Readonly<Record<ExporterKind, (samples: readonly Sample[], at: Exporter) => void>> = {
  'node-exporter': (samples, at) => {
    const works = samples
      .filter(({ name, value }) => name === 'node_scrape_collector_success' && value === 1)
      .map((sample) => labelOf(sample, 'collector'));
    const silent = collectorsOf(at).filter((name) => !works.includes(name));
    unless(works.length > 0 && silent.length === 0, `no collector ${silent.join()} works on ${at.node.name}`);
  },
  'postgres-exporter': (samples, at) => unless(isUp(samples, 'pg_up'), `${at.node.name}: pg_up is not 1`),
  'pgbouncer-exporter': (samples, at) => {
    unless(isUp(samples, 'pgbouncer_up'), `${at.node.name}: pgbouncer_up is not 1`);
    // It may be up and understand nothing of what a newer or older PgBouncer says.
    const pools = samples.some(({ name }) => name.startsWith('pgbouncer_pools_'));
    unless(pools, `${at.node.name}: no metric of a pool`);
  },
};

/** The exporter answers with a metric of the thing that it watches. @throws NotYet */
export async function serving(at: Exporter, world: ProbeWorld): Promise<readonly Sample[]> {
  const { status, text } = await request(endOf(at, 'metrics'), '/metrics', world);
  unless(status === 200, `${at.process.kind} of ${at.node.name} answers ${status} to /metrics`);
  const samples = parseMetrics(text);
  SHOWS[at.process.kind](samples, at);
  return samples;
}
