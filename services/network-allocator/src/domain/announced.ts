import { subjects } from '@benchbus/events';
import { canonicalCidr, formatCidr, intersection, overlaps, parseCidr, type Range } from './cidr.ts';
import { poolFault } from './pool.ts';
import type { AnnouncedPool, Claim, Host, PoolFault, State } from './state.ts';

type Offer = Host['targets'][number]['pool'];

/** A pool belongs to the host that announces it, unless that says to what else: a VPC, which several hosts may share. */
export const scopeOf = (hostId: string, offer: Offer): string => offer.scope ?? hostId;

/** The subject of an offered pool; undefined if it is not a CIDR. */
export function poolSubject(hostId: string, offer: Offer): string | undefined {
  const canonical = canonicalCidr(offer.cidr);
  return canonical === undefined ? undefined : subjects.pool(scopeOf(hostId, offer), canonical);
}

/** Every pool that the host names: each target's own one, and others that a suite may ask for. */
export const offersOf = ({ targets }: Pick<Host, 'targets'>): Offer[] =>
  targets.flatMap(({ pool, otherPools = [] }) => [pool, ...otherPools]);

/** Takes in what the host offers now; `undefined`: nothing any more. Returns the pools concerned: subject → scope. */
export function announcePools(state: State, hostId: string, host: Host | undefined): Map<string, string> {
  const concerned = new Map<string, string>();
  for (const [subject, pool] of state.announced) {
    if (!pool.hosts.delete(hostId)) continue;
    concerned.set(subject, pool.scope);
    if (pool.hosts.size > 0) continue;
    state.announced.delete(subject);
    state.refused.delete(subject);
  }
  for (const offer of host === undefined ? [] : offersOf(host)) {
    const [range, subject] = [parseCidr(offer.cidr), poolSubject(hostId, offer)];
    if (host === undefined || range === undefined || subject === undefined) continue;
    concerned.set(subject, scopeOf(hostId, offer));
    const known = state.announced.get(subject) ?? announcedPool(host, offer, subject, range);
    known.hosts.set(hostId, claimsOf(state, host, offer, range));
    state.announced.set(subject, known);
  }
  for (const scope of new Set(concerned.values())) judgeScope(state, scope);
  return concerned;
}

/** What the host says is not to be granted of a pool that it offers. */
function claimsOf(state: State, { hostId, targets, occupied }: Host, offer: Offer, pool: Range): Claim[] {
  const scopes = new Set([hostId, ...offersOf({ targets }).map((one) => scopeOf(hostId, one))]);
  const near = [...state.pools.values()].filter(({ scope }) => scopes.has(scope));
  const claims = [
    ...(offer.exclusions ?? []).map((cidr) => ({ cidr, by: 'excluded by the operator', source: 'operator' as const })),
    ...occupied.map(({ cidr, by }) => ({ cidr, by, source: 'host' as const })),
  ];
  return claims.flatMap((claim) => {
    const said = parseCidr(claim.cidr);
    const range = said && intersection(pool, said);
    if (range === undefined) return [];
    // What lies within one such block is the run's own; a wider range cannot be.
    const isOwn = claim.source === 'host' && near.some((one) => one.isGranted(claim.cidr));
    return [{ ...claim, hostId, cidr: formatCidr(range), range, isOwn }];
  });
}

/** The host's words that count for the pool now. */
export const claimsOn = ({ hosts }: AnnouncedPool): Claim[] => [...hosts.values()].flat().filter(({ isOwn }) => !isOwn);

const announcedPool = (host: Host, offer: Offer, subject: string, range: Range): AnnouncedPool => ({
  subject,
  scope: scopeOf(host.hostId, offer),
  cidr: canonicalCidr(offer.cidr) ?? offer.cidr,
  range,
  blockPrefix: offer.blockPrefix,
  exclusions: (offer.exclusions ?? []).map((cidr) => canonicalCidr(cidr) ?? cidr),
  hosts: new Map(),
  eventId: host.eventId,
});

/**
 * What is wrong with a pool that is offered; undefined: blocks of it can be granted. Of two pools of one scope that overlap and
 * are both offered, the one that was defined, or else announced, first is used.
 */
export function offerFault(state: State, hostId: string, offer: Offer): PoolFault | undefined {
  const fault = poolFault(offer.cidr, offer.blockPrefix);
  if (fault !== undefined) return { code: 'POOL_INVALID', fault };
  const excluded = (offer.exclusions ?? []).find((cidr) => parseCidr(cidr) === undefined);
  if (excluded !== undefined) return { code: 'POOL_INVALID', fault: `its exclusion ${excluded} is not an IPv4 CIDR` };
  return state.refused.get(poolSubject(hostId, offer) ?? '');
}

/** Which of the scope's pools may not be used because of another. To be asked after each change of them. */
export function judgeScope(state: State, scope: string): void {
  const pools = [...state.announced.values()].filter((pool) => pool.scope === scope);
  for (const pool of pools) {
    const other = rivalOf(state, pool, pools);
    if (other === undefined) state.refused.delete(pool.subject);
    else
      state.refused.set(pool.subject, {
        code: 'POOL_OVERLAPS',
        fault: `${pool.cidr} overlaps ${other.cidr}, another pool of scope ${scope}`,
      });
  }
}

/** One that overlaps, and has the older right. */
function rivalOf(state: State, pool: AnnouncedPool, pools: readonly AnnouncedPool[]): AnnouncedPool | undefined {
  const right = (of: AnnouncedPool): number => state.pools.get(of.subject)?.definedAt ?? Number.POSITIVE_INFINITY;
  return pools.find(
    (other, place) =>
      other !== pool &&
      overlaps(other.range, pool.range) &&
      (right(other) < right(pool) || (right(other) === right(pool) && place < pools.indexOf(pool))),
  );
}

/** A pool whose blocks are not as they were: the definition in the log stands. */
export function changeFault(state: State, hostId: string, offer: Offer): PoolFault | undefined {
  const pool = state.pools.get(poolSubject(hostId, offer) ?? '');
  if (pool === undefined || pool.blockPrefix === offer.blockPrefix) return undefined;
  return {
    code: 'POOL_CHANGED',
    fault: `${pool.cidr} was defined with blocks of /${pool.blockPrefix} and keeps them: blocks of /${offer.blockPrefix} need another CIDR`,
  };
}
