import type { Range } from './cidr.ts';
import { grantedElsewhere, poolSubject } from './decide-pools.ts';
import { usableAddresses, type Pool } from './pool.ts';
import type { Capacity, Host, NetworkRequest, State } from './state.ts';

/** Where a run would go: the host, the pool the target uses there, and what of the host it would take. */
export interface Candidate {
  readonly host: Host;
  readonly pool: Pool | undefined;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** The hosts that offer the request's target. */
export function hostsOf(state: State, request: NetworkRequest): Host[] {
  return [...state.hosts.values()].filter((host) => host.targets.some(({ name }) => name === request.target));
}

const announcedPool = (host: Host, request: NetworkRequest) =>
  host.targets.find(({ name }) => name === request.target)?.pool;

/** The block size that counts is that of the pool as it was first defined, else as announced. */
export function blockPrefixOf(state: State, host: Host, request: NetworkRequest): number | undefined {
  const announced = announcedPool(host, request);
  if (announced === undefined) return undefined;
  return state.pools.get(poolSubject(host.hostId, announced.cidr) ?? '')?.blockPrefix ?? announced.blockPrefix;
}

export function blockFits(state: State, host: Host, request: NetworkRequest): boolean {
  const prefix = blockPrefixOf(state, host, request);
  return prefix !== undefined && usableAddresses(prefix) >= request.addresses;
}

/** Its nodes are machines somewhere else: they take nothing of the host whose provisioner makes them. */
const isElsewhere = ({ target }: NetworkRequest): boolean => target === 'yandex';

/** What such a run is granted of the host: facts have no zeros here. */
const NOTHING = { cores: 0.001, memoryBytes: 1 };

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
      pool: state.pools.get(poolSubject(host.hostId, announcedPool(host, request)?.cidr ?? '') ?? ''),
      cores: isElsewhere(request) ? NOTHING.cores : Math.min(request.cores, host.cores),
      memoryBytes: isElsewhere(request) ? NOTHING.memoryBytes : Math.min(request.memoryBytes, host.memoryBytes),
    }));
}

/** What is granted of the host itself. */
const grantsHere = (capacity: Capacity | undefined) =>
  [...(capacity?.grants.values() ?? [])].filter(({ memoryBytes }) => memoryBytes > NOTHING.memoryBytes);

/** A measurement has the host for itself, unless it and all others there say `sharing: allowed` and the sum fits. */
export function hasRoom(candidate: Candidate, request: NetworkRequest, capacity: Capacity | undefined): boolean {
  if (isElsewhere(request)) return true;
  const grants = grantsHere(capacity);
  if (grants.length === 0) return true;
  if (request.sharing === 'exclusive' || grants.some(({ sharing }) => sharing === 'exclusive')) return false;
  const sum = (pick: (grant: { cores: number; memoryBytes: number }) => number): number =>
    grants.reduce((total, grant) => total + pick(grant), 0);
  // Tenths of cores do not add up exactly: 0.1 + 0.2 must fit where 0.3 does.
  const cores = sum((grant) => grant.cores) + candidate.cores;
  return (
    cores <= candidate.host.cores + 1e-9 &&
    sum((grant) => grant.memoryBytes) + candidate.memoryBytes <= candidate.host.memoryBytes
  );
}

export const freeBlock = (state: State, pool: Pool): Range | undefined => pool.nextFree(grantedElsewhere(state, pool));

/** When the last lease on the host ends: an estimate of when it will be empty. */
export function emptyFrom(capacity: Capacity | undefined): number {
  return Math.max(0, ...grantsHere(capacity).map(({ leaseExpiresAt }) => Date.parse(leaseExpiresAt)));
}
