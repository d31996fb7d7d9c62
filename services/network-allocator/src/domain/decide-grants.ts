import { subjects } from '@benchbus/events';
import { formatCidr } from './cidr.ts';
import { at, type Intent } from './intent.ts';
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
  const continued = open.filter(({ run }) => run.capacityAt !== undefined).map((entry) => goOn(state, entry));
  // One new grant at a time: the next is decided with this one in the projection.
  return [
    ...continued,
    newGrant(
      state,
      now,
      open.filter(({ run }) => run.capacityAt === undefined),
    ),
  ].filter((intent) => intent !== undefined);
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

/** Capacity is there (maybe since before a crash): the block, then the reservation. */
function goOn(state: State, { run, request }: OpenRequest): Intent | undefined {
  const holder = state.pools.get(run.blockIn ?? '');
  if (holder !== undefined) return reserve(run, request, holder);
  const target = candidates(state, request).find(({ host }) => host.hostId === run.capacityAt);
  return target?.pool === undefined ? undefined : grantBlock(state, run, request, target.pool);
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

function reserve(run: Run, request: NetworkRequest, pool: Pool): Intent | undefined {
  const block = pool.blockOf(run.runId);
  if (block === undefined || run.capacityAt === undefined) return undefined;
  return {
    draft: {
      name: 'NetworkReserved',
      subject: subjects.network(run.runId),
      data: {
        attempt: request.attempt,
        hostId: run.capacityAt,
        cidr: formatCidr(block),
        pool: { scope: pool.scope, cidr: pool.cidr },
        leaseExpiresAt: request.leaseExpiresAt,
      },
      cause: request.eventId,
      discriminator: at(run.runId, run.networkVersion),
      attempt: request.attempt,
      correlation: request.suiteId,
    },
    expected: run.networkVersion,
    contended: false,
  };
}
