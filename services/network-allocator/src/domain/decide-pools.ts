import { canonicalCidr } from './cidr.ts';
import { at, MOST_AT_ONCE, type Intent, type Rules } from './intent.ts';
import { poolFault, type Pool } from './pool.ts';
import type { AnnouncedPool, Occupied, State } from './state.ts';

/** Announced pools that are not defined yet, and what others occupy in those that are. */
export function decidePools(state: State, { busy }: Rules): Intent[] {
  return [...state.work.pools]
    .filter((subject) => busy?.has(subject) !== true)
    .map((subject) => poolIntent(state, subject))
    .filter((intent) => intent !== undefined);
}

/** What is to be said of a pool that hosts announce; undefined: nothing. */
export function poolIntent(state: State, subject: string): Intent | undefined {
  const announced = state.announced.get(subject);
  if (announced === undefined || state.refused.has(subject)) return undefined;
  const pool = state.pools.get(subject);
  return pool === undefined ? define(announced) : occupy(state, announced, pool);
}

function define({ subject, scope, cidr, blockPrefix, exclusions, hosts, eventId }: AnnouncedPool): Intent | undefined {
  const isWrong = exclusions.some((excluded) => canonicalCidr(excluded) === undefined);
  if (isWrong || poolFault(cidr, blockPrefix) !== undefined) return undefined;
  return {
    draft: {
      name: 'PoolDefined',
      subject,
      data: { scope, cidr, blockPrefix, exclusions: [...exclusions] },
      cause: eventId,
      discriminator: cidr,
      correlation: [...hosts][0] ?? scope,
    },
    expected: 0,
    contended: false,
  };
}

function occupy(state: State, announced: AnnouncedPool, pool: Pool): Intent | undefined {
  const excluded = announced.exclusions.map((cidr) => ({ cidr, by: 'excluded by the operator' }));
  const occupied = [...announced.hosts].flatMap((id) => state.hosts.get(id)?.occupied ?? []);
  const suspects = [...pool.suspects].map(([cidr, by]) => ({ cidr, by }));
  const blocks = new Map<string, Occupied>();
  for (const { cidr, by } of [...excluded, ...occupied, ...suspects]) {
    if (pool.occupiedRanges.has(pool.inside(cidr) ?? '')) continue;
    // A block that a run holds is not a stranger's while it does: the rest of the range now, that block when it is back.
    for (const part of pool.notGranted(cidr)) if (!pool.occupiedRanges.has(part)) blocks.set(part, { cidr: part, by });
  }
  if (blocks.size === 0) return undefined;
  return {
    draft: {
      name: 'BlocksOccupied',
      subject: pool.subject,
      data: { blocks: [...blocks.values()].slice(0, MOST_AT_ONCE) },
      cause: announced.eventId,
      discriminator: at('occupied', pool.version),
      correlation: [...announced.hosts][0] ?? pool.scope,
    },
    expected: pool.version,
    contended: false,
  };
}
