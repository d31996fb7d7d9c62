import type { EventData } from '@benchbus/events';
import { fairOrder } from '@benchbus/suites';
import { hasRoom, withShare } from './capacity.ts';
import type { OpenRequest } from './decide-grants.ts';
import { isLiving, MOST_AT_ONCE, type Rules } from './intent.ts';
import { candidates, freeOf, isElsewhere, offersTo, type Candidate } from './placement.ts';
import type { Pool } from './pool.ts';
import { openRequest, UNUSED, type NetworkRequest, type Run, type State, type Used } from './state.ts';

type Grant = EventData<'CapacityGranted'>['grants'][number];

/** Runs that get (a share of) one host together. */
export interface Placed {
  readonly hostId: string;
  readonly grants: readonly Grant[];
  readonly first: OpenRequest;
  readonly suites: ReadonlySet<string>;
}

/** All that wait, in the order of service. */
function inTurn({ work, served }: State): Iterable<Run> {
  if (work.exclusive.size < 2) return work.waiting;
  const waiting = [...work.waiting].flatMap((run) => {
    const { request } = run;
    return request === undefined ? [] : [{ run, ...request }];
  });
  return fairOrder(waiting, (suiteId) => served.get(suiteId) ?? 0).map(({ run }) => run);
}

/**
 * Who gets which host now, as many as there is room for. A request that finds no room claims the host that will be empty first,
 * or the pool that will have a block: nobody who came later gets that one, so a run that needs a host for itself does not
 * starve behind runs that share; other hosts stay open to them.
 */
export function placeWaiting(
  state: State,
  now: number,
  cooled: number,
  owed: ReadonlyMap<Pool, number>,
  rules: Rules,
): Placed[] {
  const round = new Round(state, cooled, owed, rules);
  for (const run of inTurn(state)) {
    const request = openRequest(run);
    if (request === undefined || request.deadlineAt <= now || round.isShut(request)) continue;
    const open = candidates(state, request).filter((candidate) => round.isOpen(candidate, request));
    const fitting = open.find((candidate) => round.fits(candidate, request));
    if (fitting !== undefined) round.place({ run, request }, fitting);
    else round.claim(open, request);
  }
  return round.placed();
}

const shareOf = (candidate: Candidate, { sharing, leaseExpiresAt }: NetworkRequest) => ({
  cores: candidate.cores,
  memoryBytes: candidate.memoryBytes,
  sharing,
  leaseExpiresAt,
});

/** What is left of hosts and pools while runs are placed. */
class Round {
  readonly #state: State;
  readonly #cooled: number;
  readonly #rules: Rules;
  readonly #used = new Map<string, Used>();
  readonly #free = new Map<Pool, number>();
  readonly #owed: ReadonlyMap<Pool, number>;
  readonly #placed = new Map<string, { grants: Grant[]; first: OpenRequest; suites: Set<string> }>();
  /** Hosts and pools that somebody waits for, and hosts that have got as many runs as go into one fact. */
  readonly #closedHosts = new Set<string>();
  readonly #closedPools = new Set<Pool>();
  /** Kinds of requests that nothing is left for: a long queue is passed over quickly. */
  readonly #shut = new Set<string>();

  constructor(state: State, cooled: number, owed: ReadonlyMap<Pool, number>, rules: Rules) {
    this.#state = state;
    this.#cooled = cooled;
    this.#owed = owed;
    this.#rules = rules;
  }

  isShut(request: NetworkRequest): boolean {
    return this.#shut.has(request.kind);
  }

  isOpen({ host, pool }: Pick<Candidate, 'host' | 'pool'>, request: NetworkRequest): boolean {
    if (pool === undefined || this.#closedPools.has(pool)) return false;
    // One that is away may be gone: what it would get would stand there for ever. Nor does anybody wait for it.
    if (!isLiving(this.#rules, host.hostId)) return false;
    if (this.#rules.busy?.has(`evt.capacity.${host.hostId}`) === true || this.#isFull(host.hostId)) return false;
    return isElsewhere(request) || !this.#closedHosts.has(host.hostId);
  }

  fits(candidate: Candidate, request: NetworkRequest): boolean {
    const { host, pool } = candidate;
    return (
      pool !== undefined &&
      this.#freeOf(pool) > 0 &&
      hasRoom(this.#usedOf(host.hostId), shareOf(candidate, request), host)
    );
  }

  place(entry: OpenRequest, candidate: Candidate): void {
    const { hostId } = candidate.host;
    const share = shareOf(candidate, entry.request);
    const grant = { runId: entry.run.runId, attempt: entry.request.attempt, ...share };
    const batch = this.#placed.get(hostId);
    const { suiteId } = entry.request;
    if (batch === undefined) this.#placed.set(hostId, { grants: [grant], first: entry, suites: new Set([suiteId]) });
    else {
      batch.grants.push(grant);
      batch.suites.add(suiteId);
    }
    this.#used.set(hostId, withShare(this.#usedOf(hostId), share));
    if (candidate.pool !== undefined) this.#free.set(candidate.pool, this.#freeOf(candidate.pool) - 1);
  }

  /** @param open where the request could go, had it room */
  claim(open: readonly Candidate[], request: NetworkRequest): void {
    const [first] = open.toSorted((a, b) => this.#usedOf(a.host.hostId).until - this.#usedOf(b.host.hostId).until);
    if (first === undefined) {
      // Requests differ in size: only where no host is open to this kind, nobody else of it need ask.
      const places = offersTo(this.#state, request);
      if (places.every((place) => !this.isOpen(place, request))) this.#shut.add(request.kind);
      return;
    }
    const lacksRoom = !hasRoom(this.#usedOf(first.host.hostId), shareOf(first, request), first.host);
    if (lacksRoom || first.pool === undefined) this.#closedHosts.add(first.host.hostId);
    else this.#closedPools.add(first.pool);
  }

  placed(): Placed[] {
    return [...this.#placed].map(([hostId, batch]) => ({ hostId, ...batch }));
  }

  #isFull(hostId: string): boolean {
    return (this.#placed.get(hostId)?.grants.length ?? 0) >= MOST_AT_ONCE;
  }

  #usedOf(hostId: string): Used {
    return this.#used.get(hostId) ?? this.#state.capacities.get(hostId)?.used ?? UNUSED;
  }

  /** Blocks that nobody is to get who has a host already. */
  #freeOf(pool: Pool): number {
    const known = this.#free.get(pool);
    if (known !== undefined) return known;
    const left = freeOf(this.#state, pool, this.#cooled) - (this.#owed.get(pool) ?? 0);
    this.#free.set(pool, left);
    return left;
  }
}
