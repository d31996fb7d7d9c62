import { poolSubject } from './announced.ts';
import { NOTHING } from './capacity.ts';
import { canonicalCidr, overlaps, type Range } from './cidr.ts';
import { usableAddresses, type Pool } from './pool.ts';
import type { Host, NetworkRequest, State } from './state.ts';

/** Where a run would go: the host, the pool it would get a block of, and what of the host it would take. */
export interface Candidate {
  readonly host: Host;
  /** Undefined: it is not defined yet, or may not be used. */
  readonly pool: Pool | undefined;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** The hosts that offer the request's target. */
export function hostsOf(state: State, request: NetworkRequest): Host[] {
  return [...state.hosts.values()].filter((host) => host.targets.some(({ name }) => name === request.target));
}

/** The pool of this host's target that the request asks for, if the operator has such a one; else the target's own. */
export function offerOf(host: Host, { target, pool: wanted }: NetworkRequest) {
  const offered = host.targets.find(({ name }) => name === target);
  if (offered === undefined) return undefined;
  const { pool, otherPools = [] } = offered;
  const isWanted = (one: typeof pool): boolean =>
    one.blockPrefix === wanted?.blockPrefix && canonicalCidr(one.cidr) === canonicalCidr(wanted.cidr);
  return [pool, ...otherPools].find(isWanted) ?? pool;
}

/** The block size that counts is that of the pool as it was first defined, else as announced. */
export function blockPrefixOf(state: State, host: Host, request: NetworkRequest): number | undefined {
  const offer = offerOf(host, request);
  if (offer === undefined) return undefined;
  return state.pools.get(poolSubject(host.hostId, offer) ?? '')?.blockPrefix ?? offer.blockPrefix;
}

export function blockFits(state: State, host: Host, request: NetworkRequest): boolean {
  const prefix = blockPrefixOf(state, host, request);
  return prefix !== undefined && usableAddresses(prefix) >= request.addresses;
}

/** Its nodes are machines somewhere else: they take nothing of the host whose provisioner makes them. */
export const isElsewhere = ({ target }: NetworkRequest): boolean => target === 'yandex';

export function hardwareFits(host: Host, request: NetworkRequest): boolean {
  if (isElsewhere(request)) return true;
  if (request.hardwarePolicy === 'clamp') return true;
  return request.cores <= host.cores && request.memoryBytes <= host.memoryBytes;
}

/** The hosts the request could run on if they were empty. */
export function candidates(state: State, request: NetworkRequest): Candidate[] {
  return hostsOf(state, request)
    .filter((host) => hardwareFits(host, request) && blockFits(state, host, request))
    .map((host) => ({
      host,
      pool: usablePool(state, host, request),
      cores: isElsewhere(request) ? NOTHING.cores : Math.min(request.cores, host.cores),
      memoryBytes: isElsewhere(request) ? NOTHING.memoryBytes : Math.min(request.memoryBytes, host.memoryBytes),
    }));
}

/** Where such a request may go at all, whatever its size. */
export const offersTo = (state: State, request: NetworkRequest): Pick<Candidate, 'host' | 'pool'>[] =>
  hostsOf(state, request).map((host) => ({ host, pool: usablePool(state, host, request) }));

function usablePool(state: State, host: Host, request: NetworkRequest): Pool | undefined {
  const offer = offerOf(host, request);
  const subject = offer && poolSubject(host.hostId, offer);
  return subject === undefined || state.refused.has(subject) ? undefined : state.pools.get(subject);
}

/** Parts of the pool that are not to be granted now, though the pool itself does not tell. */
export const avoided = (state: State, pool: Pool): Range[] => [
  ...grantedElsewhere(state, pool),
  ...takenOutside(state, pool),
];

/** Blocks that can be granted: the pool's free ones without those to be avoided. */
export const freeOf = (state: State, pool: Pool, cooled: number): number =>
  pool.freeBeside(cooled, avoided(state, pool));

const hostsWith = (state: State, pool: Pool): ReadonlySet<string> =>
  new Set(state.announced.get(pool.subject)?.hosts.keys());

/**
 * Blocks granted in other pools that overlap this one: of its scope (an operator changed the pool's borders), or of a host that
 * has it (a cloud's pool was the host's own once, before it was the VPC's).
 */
function grantedElsewhere(state: State, pool: Pool): Range[] {
  const hosts = hostsWith(state, pool);
  const isNear = ({ scope }: Pool): boolean => scope === pool.scope || hosts.has(scope);
  return [...state.pools.values()]
    .filter((other) => other !== pool && isNear(other) && overlaps(other.range, pool.range))
    .flatMap((other) => [...other.grantedBlocks()].map((index) => other.blockAt(index)));
}

/** What others reserved outside the log, for as long as they do. */
function takenOutside(state: State, pool: Pool): Range[] {
  const hosts = hostsWith(state, pool);
  return [...state.foreign.values()]
    .filter(({ hostId }) => hosts.has(hostId))
    .flatMap(({ ranges }) => ranges.filter((range) => overlaps(range, pool.range)));
}
