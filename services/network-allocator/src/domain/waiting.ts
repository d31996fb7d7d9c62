import { canonicalCidr } from './cidr.ts';
import { offerOf } from './placement.ts';
import { openRequest, type NetworkRequest, type State } from './state.ts';

/** How many requests have no block yet, of those that may get one of a pool: its CIDR, whatever host's it is. */
export interface WaitingByPool {
  readonly target: string;
  readonly pool: string;
  readonly requests: number;
}

/** Of every pool that is announced, also where nobody waits. A request that several CIDRs would do for counts for each. */
export function waitingByPool(state: State): WaitingByPool[] {
  const counts = new Map<string, WaitingByPool>();
  const add = (target: string, pool: string, requests: number): void => {
    const known = counts.get(`${target} ${pool}`)?.requests ?? 0;
    counts.set(`${target} ${pool}`, { target, pool, requests: known + requests });
  };
  for (const { targets } of state.hosts.values())
    for (const { name, pool, otherPools = [] } of targets)
      for (const offer of [pool, ...otherPools]) add(name, spelled(offer), 0);
  for (const [first, requests] of kindsOf(state)) {
    const offers = [...state.hosts.values()].map((host) => offerOf(host, first)).filter((offer) => offer !== undefined);
    for (const pool of new Set(offers.map(spelled))) add(first.target, pool, requests);
  }
  return [...counts.values()];
}

const spelled = ({ cidr }: { readonly cidr: string }): string => canonicalCidr(cidr) ?? cidr;

/** Requests without a block, counted by kind: those of one kind have the same choice. */
function kindsOf({ work }: State): Iterable<readonly [NetworkRequest, number]> {
  const kinds = new Map<string, readonly [NetworkRequest, number]>();
  for (const run of [...work.waiting, ...work.progress]) {
    const request = openRequest(run);
    if (request === undefined || run.blocks.size > 0) continue;
    const [first, count] = kinds.get(request.kind) ?? [request, 0];
    kinds.set(request.kind, [first, count + 1]);
  }
  return kinds.values();
}
