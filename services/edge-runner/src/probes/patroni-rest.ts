import { z } from 'zod';
import { request, requestJson } from './http.ts';
import { unless } from './not-yet.ts';
import { endOf } from './planned.ts';
import type { Planned } from './planned.ts';
import type { ProbeWorld } from './world.ts';

const member = z.object({ name: z.string(), role: z.string(), state: z.string() });
const cluster = z.object({ members: z.array(member) });
export type Member = z.infer<typeof member>;

/** What one member knows of all. @throws NotYet */
export const clusterOf = async (at: Planned<'patroni'>, world: ProbeWorld): Promise<readonly Member[]> =>
  (await requestJson(endOf(at, 'rest'), '/cluster', cluster, world)).members;

/** Whether the member holds the leader's lock and its server is a primary. @throws NotYet */
export async function holdsLock(at: Planned<'patroni'>, world: ProbeWorld): Promise<void> {
  const { status } = await request(endOf(at, 'rest'), '/primary', world);
  unless(status === 200, `Patroni of ${at.node.name} answers ${status} to /primary`);
}

const about = z.object({ patroni: z.object({ version: z.string(), scope: z.string() }) });

/** @throws NotYet */
export const patroniItself = async (at: Planned<'patroni'>, world: ProbeWorld) =>
  (await requestJson(endOf(at, 'rest'), '/patroni', about, world)).patroni;

const dynamic = z.looseObject({
  ttl: z.number().optional(),
  loop_wait: z.number().optional(),
  retry_timeout: z.number().optional(),
  maximum_lag_on_failover: z.number().optional(),
  synchronous_mode: z.union([z.boolean(), z.string()]).optional(),
  synchronous_node_count: z.number().optional(),
  postgresql: z.looseObject({ parameters: z.record(z.string(), z.unknown()).nullish() }).optional(),
});
export type DynamicConfig = z.infer<typeof dynamic>;

/** The dynamic configuration, as the cluster's store has it. @throws NotYet */
export const dynamicConfig = async (at: Planned<'patroni'>, world: ProbeWorld): Promise<DynamicConfig> =>
  requestJson(endOf(at, 'rest'), '/config', dynamic, world);
export const dynamicConfigShape = dynamic;
