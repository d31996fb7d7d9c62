import { z } from 'zod';
import { requestJson } from './http.ts';
import { NotYet } from './not-yet.ts';
import { patroniItself } from './patroni-rest.ts';
import { allOf, endOf } from './planned.ts';
import type { Planned } from './planned.ts';
import type { ProbeWorld } from './world.ts';

const range = z.object({ kvs: z.array(z.object({ lease: z.string().optional() })).optional() });
const lease = z.object({ grantedTTL: z.string() });

/**
 * Seconds that the leader's lock lives without a renewal, as etcd granted them: Patroni's own word, wherever it is asked,
 * is what it was given, not what it made of it.
 * @throws NotYet
 */
export async function grantedTtl(at: Planned<'patroni'>, world: ProbeWorld): Promise<number> {
  const [etcd] = allOf(world.plan, 'etcd');
  if (etcd === undefined) throw new NotYet('the plan has no etcd');
  const client = endOf(etcd, 'client');
  const { scope } = await patroniItself(at, world);
  const key = Buffer.from(`/benchbus/${scope}/leader`).toString('base64');
  const { kvs = [] } = await requestJson(client, '/v3/kv/range', range, world, { key });
  const ID = kvs[0]?.lease;
  if (ID === undefined) throw new NotYet(`etcd of ${etcd.node.name} has no leader's lock of Patroni`);
  const { grantedTTL } = await requestJson(client, '/v3/lease/timetolive', lease, world, { ID });
  return Number(grantedTTL);
}
