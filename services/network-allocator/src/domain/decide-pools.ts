import { claimsOn } from './announced.ts';
import { canonicalCidr, overlaps, parseCidr, type Range } from './cidr.ts';
import { at, MOST_AT_ONCE, type Intent, type Rules } from './intent.ts';
import { isTimed, type OccupiedBlock } from './occupations.ts';
import { poolFault, type Pool } from './pool.ts';
import type { AnnouncedPool, State } from './state.ts';

/** Announced pools that are not defined yet, and what others occupy in those that are, or not any more. */
export function decidePools(state: State, now: number, { busy, takenMs }: Rules): Intent[] {
  const late = [...state.pools.values()].filter((pool) => (pool.foundAfter(-Infinity) ?? Infinity) <= now - takenMs);
  return [...new Set([...state.work.pools, ...late.map(({ subject }) => subject)])]
    .filter((subject) => busy?.has(subject) !== true)
    .map((subject) => poolIntent(state, subject, now - takenMs))
    .filter((intent) => intent !== undefined);
}

/**
 * What is to be said of a pool that hosts announce; undefined: nothing.
 * @param found what was found taken up to here (ms since the epoch), and nobody says is, is so no more
 */
export function poolIntent(state: State, subject: string, found = -Infinity): Intent | undefined {
  const announced = state.announced.get(subject);
  if (announced === undefined || state.refused.has(subject)) return undefined;
  const pool = state.pools.get(subject);
  if (pool === undefined) return define(announced);
  // Whoever spoke last.
  const cause = state.hosts.get([...announced.hosts.keys()].at(-1) ?? '')?.eventId ?? announced.eventId;
  return occupy(announced, pool, cause) ?? vacate(announced, pool, cause, found);
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
      correlation: [...hosts.keys()][0] ?? scope,
    },
    expected: 0,
    contended: false,
  };
}

function occupy(announced: AnnouncedPool, pool: Pool, cause: string): Intent | undefined {
  const suspects = [...pool.suspects].map(([cidr, by]) => ({ cidr, by, source: 'creation' as const }));
  const blocks = new Map<string, OccupiedBlock>();
  for (const { cidr, by, source, hostId } of [...claimsOn(announced), ...suspects] as readonly OccupiedBlock[]) {
    if (pool.isOccupied(cidr)) continue;
    // A block that a run holds is not a stranger's while it does: the rest of the range now, that block when it is back.
    for (const part of pool.notGranted(cidr))
      if (!pool.isOccupied(part))
        blocks.set(part, { cidr: part, by, source, ...(hostId === undefined ? {} : { hostId }) });
  }
  return intentOf('BlocksOccupied', announced, pool, [...blocks.values()], cause);
}

/** What nobody says any more is used by others. A part of what somebody says is used is said to be, too. */
function vacate(announced: AnnouncedPool, pool: Pool, cause: string, found: number): Intent | undefined {
  const claims = claimsOn(announced);
  const claimed = new Set(claims.map(({ cidr }) => cidr));
  const covers = (outer: Range, inner: Range): boolean => outer.prefix <= inner.prefix && overlaps(outer, inner);
  const blocks: OccupiedBlock[] = [];
  for (const { at: since, ...block } of pool.occupations()) {
    if (claimed.has(block.cidr) || (isTimed(block) && since > found)) continue;
    const range = parseCidr(block.cidr);
    if (range !== undefined && !claims.some((claim) => covers(claim.range, range))) blocks.push(block);
  }
  return intentOf('BlocksVacated', announced, pool, blocks, cause);
}

function intentOf(
  name: 'BlocksOccupied' | 'BlocksVacated',
  { hosts }: AnnouncedPool,
  pool: Pool,
  blocks: readonly OccupiedBlock[],
  cause: string,
): Intent | undefined {
  if (blocks.length === 0) return undefined;
  return {
    draft: {
      name,
      subject: pool.subject,
      data: { blocks: blocks.slice(0, MOST_AT_ONCE) },
      cause,
      discriminator: at(name === 'BlocksOccupied' ? 'occupied' : 'vacated', pool.version),
      correlation: [...hosts.keys()][0] ?? pool.scope,
    },
    expected: pool.version,
    contended: false,
  };
}
