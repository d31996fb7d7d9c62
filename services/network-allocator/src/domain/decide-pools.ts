import { subjects } from '@benchbus/events';
import { canonicalCidr, overlaps } from './cidr.ts';
import { at, type Intent } from './intent.ts';
import { poolFault, type Pool } from './pool.ts';
import type { Host, Occupied, State } from './state.ts';

/** What a host announced that cannot be served, in words for a log line. */
export interface PoolFault {
  readonly hostId: string;
  readonly target: string;
  readonly fault: string;
}

/** The subject of the pool a host announced for a target; undefined if it is not a CIDR. */
export function poolSubject(hostId: string, cidr: string): string | undefined {
  const canonical = canonicalCidr(cidr);
  return canonical === undefined ? undefined : subjects.pool(hostId, canonical);
}

export function poolFaults(host: Host): PoolFault[] {
  return host.targets.flatMap(({ name, pool }) => {
    const fault = poolFault(pool.cidr, pool.blockPrefix);
    return fault === undefined ? [] : [{ hostId: host.hostId, target: name, fault }];
  });
}

/** Announced pools that are not defined yet, and what others occupy in those that are. */
export function decidePools(state: State): Intent[] {
  return [...state.hosts.values()].flatMap((host) => {
    const cidrs = new Set(host.targets.map(({ pool }) => canonicalCidr(pool.cidr) ?? pool.cidr));
    return [...cidrs].flatMap((cidr) => {
      const pool = state.pools.get(poolSubject(host.hostId, cidr) ?? '');
      const intent = pool === undefined ? define(host, cidr) : occupy(state, host, pool);
      return intent === undefined ? [] : [intent];
    });
  });
}

function define(host: Host, cidr: string): Intent | undefined {
  const target = host.targets.find(({ pool }) => canonicalCidr(pool.cidr) === cidr);
  if (target === undefined || poolFault(cidr, target.pool.blockPrefix) !== undefined) return undefined;
  return {
    draft: {
      name: 'PoolDefined',
      subject: subjects.pool(host.hostId, cidr),
      data: { scope: host.hostId, cidr, blockPrefix: target.pool.blockPrefix, exclusions: [] },
      cause: host.eventId,
      discriminator: cidr,
      correlation: host.hostId,
    },
    expected: 0,
    contended: false,
  };
}

function occupy(state: State, host: Host, pool: Pool): Intent | undefined {
  const foreign = (state.foreign.get(host.hostId) ?? []).filter(({ cidr }) => !pool.grantedIn(cidr));
  const blocks = new Map<string, Occupied>();
  for (const { cidr, by } of [...host.occupied, ...foreign]) {
    const inside = pool.inside(cidr);
    if (inside !== undefined && !pool.occupiedRanges.has(inside)) blocks.set(inside, { cidr: inside, by });
  }
  if (blocks.size === 0) return undefined;
  return {
    draft: {
      name: 'BlocksOccupied',
      subject: pool.subject,
      data: { blocks: [...blocks.values()] },
      cause: host.eventId,
      discriminator: at('occupied', pool.version),
      correlation: host.hostId,
    },
    expected: pool.version,
    contended: false,
  };
}

/** Blocks granted in other pools of the scope that overlap this one (an operator changed the pool's borders). */
export function grantedElsewhere(state: State, pool: Pool): { first: number; prefix: number }[] {
  return [...state.pools.values()]
    .filter((other) => other !== pool && other.scope === pool.scope && overlaps(other.range, pool.range))
    .flatMap((other) => [...other.grants.values()].map((grant) => other.blockAt(grant.index)));
}
