import { subjects } from '@benchbus/events';
import { formatCidr } from './cidr.ts';
import { holdingsOf, isEmpty, standing, type Pair } from './holdings.ts';
import { answer, at, type Intent } from './intent.ts';
import { candidates, emptyFrom, freeBlock, hasRoom, type Candidate } from './placement.ts';
import type { Pool } from './pool.ts';
import { openRequest, type NetworkRequest, type Run, type State } from './state.ts';

export interface OpenRequest {
  readonly run: Run;
  readonly request: NetworkRequest;
}

/** Requests without an answer, first come first. */
export function openRequests(state: State): OpenRequest[] {
  return [...state.runs.values()]
    .flatMap((run) => {
      const request = openRequest(run);
      return request === undefined ? [] : [{ run, request }];
    })
    .toSorted((a, b) => a.request.sequence - b.request.sequence);
}

/** The next step of each open request that can be served: capacity, then a block there, then the reservation. */
export function decideGrants(state: State, now: number): Intent[] {
  const open = openRequests(state);
  const continued = open.map((entry) => goOn(state, entry));
  const empty = open.filter(({ run }) => isEmpty(holdingsOf(state, run)));
  // One new grant at a time: the next is decided with this one in the projection.
  return [...continued, newGrant(state, now, empty)].filter((intent) => intent !== undefined);
}

/**
 * First come, first served. A request that finds no room claims the host that will be empty first: nobody who came later gets
 * that host, so a run that needs a host for itself does not starve behind runs that share; other hosts stay open to them.
 */
function newGrant(state: State, now: number, waiting: readonly OpenRequest[]): Intent | undefined {
  const claimed = new Set<string>();
  for (const { run, request } of waiting) {
    if (Date.parse(request.deadline) <= now) continue;
    const open = candidates(state, request).filter(({ host }) => !claimed.has(host.hostId));
    const fitting = open.find((candidate) => canTake(state, candidate, request));
    if (fitting !== undefined) return grantCapacity(state, run, request, fitting);
    const first = open.toSorted((a, b) => emptyAt(state, a) - emptyAt(state, b))[0];
    if (first !== undefined) claimed.add(first.host.hostId);
  }
  return undefined;
}

const emptyAt = (state: State, { host }: Candidate): number => emptyFrom(state.capacities.get(host.hostId));

const canTake = (state: State, candidate: Candidate, request: NetworkRequest): boolean =>
  candidate.pool !== undefined &&
  hasRoom(candidate, request, state.capacities.get(candidate.host.hostId)) &&
  freeBlock(state, candidate.pool) !== undefined;

function grantCapacity(
  state: State,
  run: Run,
  request: NetworkRequest,
  { host, cores, memoryBytes }: Candidate,
): Intent {
  const version = state.capacities.get(host.hostId)?.version ?? 0;
  const { attempt, sharing, leaseExpiresAt } = request;
  return {
    draft: {
      name: 'CapacityGranted',
      subject: subjects.capacity(host.hostId),
      data: { grants: [{ runId: run.runId, attempt, cores, memoryBytes, sharing, leaseExpiresAt }] },
      cause: request.eventId,
      discriminator: at(`${host.hostId}.${run.runId}`, version),
      attempt,
      correlation: request.suiteId,
    },
    expected: version,
    contended: true,
  };
}

/** Something is there (maybe since before a crash): the block, then the reservation. */
export function goOn(state: State, { run, request }: OpenRequest): Intent | undefined {
  const all = holdingsOf(state, run);
  const pair = standing(run, all);
  // A host that left may come back; until then its block is of no use.
  if (pair !== undefined) return state.hosts.has(pair.hostId) ? reserve(run, request, pair) : undefined;

  const held = new Set(
    all.capacities.filter(({ grant }) => grant.attempt === request.attempt).map(({ capacity }) => capacity.hostId),
  );
  if (held.size === 0) return undefined;
  const places = candidates(state, request).filter(({ host }) => held.has(host.hostId));
  for (const { host, pool } of places) {
    const block = all.blocks.find((known) => known.pool === pool && known.grant.attempt === request.attempt);
    if (block !== undefined) return reserve(run, request, { hostId: host.hostId, block });
  }
  // A block left by an earlier attempt has to go first: a pool knows one block a run.
  const place = places.find(({ pool }) => pool !== undefined && !pool.grants.has(run.runId));
  return place?.pool === undefined ? undefined : grantBlock(state, run, request, place.pool);
}

function grantBlock(state: State, run: Run, request: NetworkRequest, pool: Pool): Intent | undefined {
  const block = freeBlock(state, pool);
  if (block === undefined) return undefined;
  const { attempt, leaseExpiresAt } = request;
  return {
    draft: {
      name: 'BlocksGranted',
      subject: pool.subject,
      data: { grants: [{ runId: run.runId, attempt, cidr: formatCidr(block), leaseExpiresAt }] },
      cause: request.eventId,
      discriminator: at(run.runId, pool.version),
      attempt,
      correlation: request.suiteId,
    },
    expected: pool.version,
    contended: true,
  };
}

function reserve(run: Run, request: NetworkRequest, { hostId, block: { pool, grant } }: Pair): Intent {
  return answer(run, request, {
    name: 'NetworkReserved',
    data: {
      attempt: request.attempt,
      hostId,
      cidr: formatCidr(pool.blockAt(grant.index)),
      pool: { scope: pool.scope, cidr: pool.cidr },
      leaseExpiresAt: request.leaseExpiresAt,
    },
  });
}
