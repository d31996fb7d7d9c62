import { subjects } from '@benchbus/events';
import { formatCidr } from './cidr.ts';
import { holdingsOf, standing, type Pair } from './holdings.ts';
import { answer, at, MOST_AT_ONCE, networkOf, traced, type Intent, type Rules } from './intent.ts';
import { avoided, candidates } from './placement.ts';
import type { Pool } from './pool.ts';
import { placeWaiting, type Placed } from './queue.ts';
import { openRequest, type NetworkRequest, type Run, type State } from './state.ts';

export interface OpenRequest {
  readonly run: Run;
  readonly request: NetworkRequest;
}

/** What the next step of a request that holds something is: a block of this pool, or its reservation; undefined: it waits. */
type Step = { readonly block: Pool } | { readonly reserve: Pair };

/** The next steps of all that can be served: capacity, then a block there, then the reservation. */
export function decideGrants(state: State, now: number, rules: Rules): Intent[] {
  const reserved: Intent[] = [];
  const wanting = new Map<Pool, OpenRequest[]>();
  for (const run of state.work.progress) {
    const request = openRequest(run);
    if (request === undefined || rules.busy?.has(networkOf(run)) === true) continue;
    const step = nextStep(state, { run, request });
    if (step === undefined) continue;
    if ('reserve' in step) reserved.push(reserve(run, request, step.reserve));
    else wanting.set(step.block, [...(wanting.get(step.block) ?? []), { run, request }]);
  }
  const cooled = now - rules.quarantineMs;
  const blocks = [...wanting]
    .filter(([pool]) => rules.busy?.has(pool.subject) !== true)
    .flatMap(([pool, entries]) => grantBlocks(state, cooled, pool, entries));
  const owed = new Map([...wanting].map(([pool, entries]) => [pool, entries.length]));
  const capacities = placeWaiting(state, now, cooled, owed, rules).map((placed) => grantCapacity(state, placed));
  return [...reserved, ...blocks, ...capacities];
}

/** Something is there (maybe since before a crash): the block, then the reservation. */
export function nextStep(state: State, { run, request }: OpenRequest): Step | undefined {
  const all = holdingsOf(state, run);
  const pair = standing(run, all);
  // A host that left may come back; until then its block is of no use.
  if (pair !== undefined) return state.hosts.has(pair.hostId) ? { reserve: pair } : undefined;

  const held = new Set(
    all.capacities.filter(({ grant }) => grant.attempt === request.attempt).map(({ capacity }) => capacity.hostId),
  );
  if (held.size === 0) return undefined;
  const places = candidates(state, request).filter(({ host }) => held.has(host.hostId));
  for (const { host, pool } of places) {
    const block = all.blocks.find((known) => known.pool === pool && known.grant.attempt === request.attempt);
    if (block !== undefined) return { reserve: { hostId: host.hostId, block } };
  }
  // A block left by an earlier attempt has to go first: a pool knows one block a run.
  const place = places.find(({ pool }) => pool !== undefined && !run.blocks.has(pool.subject));
  return place?.pool === undefined ? undefined : { block: place.pool };
}

function grantBlocks(state: State, cooled: number, pool: Pool, entries: readonly OpenRequest[]): Intent[] {
  const free = pool.freeBlocks(cooled, avoided(state, pool));
  const grants = entries
    .toSorted((a, b) => a.request.sequence - b.request.sequence)
    .slice(0, MOST_AT_ONCE)
    .flatMap(({ run: { runId }, request: { attempt, leaseExpiresAt } }) => {
      const block = free.next().value;
      return block === undefined ? [] : [{ runId, attempt, cidr: formatCidr(block), leaseExpiresAt }];
    });
  const granted = new Set(grants.map(({ runId }) => runId));
  const first = entries.find(({ run }) => run.runId === grants[0]?.runId);
  if (first === undefined) return [];
  const { run, request } = first;
  return [
    {
      draft: {
        name: 'BlocksGranted',
        subject: pool.subject,
        data: { grants },
        cause: request.eventId,
        discriminator: at(run.runId, pool.version),
        attempt: request.attempt,
        correlation: request.suiteId,
        ...traced(entries.flatMap((entry) => (granted.has(entry.run.runId) ? [entry.request.suiteId] : []))),
      },
      expected: pool.version,
      contended: true,
      follows: run.latestStep?.eventId,
    },
  ];
}

function grantCapacity(state: State, { hostId, grants, first, suites }: Placed): Intent {
  const version = state.capacities.get(hostId)?.version ?? 0;
  return {
    draft: {
      name: 'CapacityGranted',
      subject: subjects.capacity(hostId),
      data: { grants: [...grants] },
      cause: first.request.eventId,
      discriminator: at(first.run.runId, version),
      attempt: first.request.attempt,
      correlation: first.request.suiteId,
      ...traced(suites),
    },
    expected: version,
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
