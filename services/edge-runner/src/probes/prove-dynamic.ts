import { BenchbusError } from '@benchbus/events';
import { grantedTtl } from './lease.ts';
import { askedConfig } from './patroni-asked.ts';
import { timingInEffect, timingOf } from './patroni-limits.ts';
import { dynamicConfig } from './patroni-rest.ts';
import type { DynamicConfig } from './patroni-rest.ts';
import { placeOf } from './planned.ts';
import type { Planned } from './planned.ts';
import type { Facts, ProbeWorld } from './world.ts';

const notApplied = (at: Planned, name: string, asked: unknown, is: unknown) =>
  new BenchbusError({
    code: 'DATABASE_SETTING_NOT_APPLIED',
    message: `Patroni runs with ${name} = ${JSON.stringify(is)}, asked for was ${JSON.stringify(asked)}`,
    where: `${placeOf(at)}, postgres.patroni`,
    hint: 'something changed the dynamic configuration after the start (patronictl edit-config, PATCH /config)',
  });

/** Whatever was asked for has to be in the cluster's store as it is. */
function compare(at: Planned, asked: DynamicConfig, stored: DynamicConfig): void {
  const parameters = [asked.postgresql?.parameters ?? {}, stored.postgresql?.parameters ?? {}] as const;
  const plain = ({ postgresql: _, ...rest }: DynamicConfig) => rest;
  for (const [wanted, is] of [[plain(asked), plain(stored)] as const, parameters])
    for (const [name, value] of Object.entries(wanted))
      if (JSON.stringify(is[name]) !== JSON.stringify(value)) throw notApplied(at, name, value, is[name]);
}

/**
 * The cluster's own settings: what the store has, and what Patroni of this version makes of it (seconds). Where it raises
 * a value to its documented least, `<name>.asked` says what the suite wanted.
 * @throws BenchbusError DATABASE_SETTING_NOT_APPLIED
 * @throws NotYet
 */
export async function dynamicFacts(at: Planned<'patroni'>, version: string, world: ProbeWorld): Promise<Facts> {
  const asked = askedConfig(at);
  const stored = await dynamicConfig(at, world);
  compare(at, asked, stored);
  const wanted = timingOf(asked);
  const timing = timingInEffect(wanted, version);
  const ttl = await grantedTtl(at, world);
  if (ttl !== timing.ttl) throw notApplied(at, 'ttl', timing.ttl, ttl);
  const facts: Record<string, string | number | boolean> = {};
  for (const name of ['ttl', 'loopWait', 'retryTimeout'] as const) {
    facts[`patroni.${name}`] = timing[name];
    if (timing[name] !== wanted[name]) facts[`patroni.${name}.asked`] = wanted[name];
  }
  return {
    ...facts,
    'patroni.maximumLagOnFailover': stored.maximum_lag_on_failover ?? 1_048_576,
    'patroni.synchronousMode': stored.synchronous_mode ?? false,
    'patroni.synchronousNodeCount': stored.synchronous_node_count ?? 1,
  };
}
