import { formatCidr } from './cidr.ts';
import type { Pool } from './pool.ts';
import { openRequest, type BlockGrant, type Capacity, type CapacityGrant, type Run, type State } from './state.ts';

export interface HeldCapacity {
  readonly capacity: Capacity;
  readonly grant: CapacityGrant;
}

export interface HeldBlock {
  readonly pool: Pool;
  readonly grant: BlockGrant;
}

/** What the log says a run holds. Rivals that did not see each other may have granted it more than it needs. */
export interface Holdings {
  readonly capacities: readonly HeldCapacity[];
  readonly blocks: readonly HeldBlock[];
}

export function holdingsOf(state: State, run: Run): Holdings {
  const capacities = [...run.capacities].flatMap((hostId) => {
    const capacity = state.capacities.get(hostId);
    const grant = capacity?.grants.get(run.runId);
    return capacity === undefined || grant === undefined ? [] : [{ capacity, grant }];
  });
  const blocks = [...run.blocks].flatMap(([subject, grant]) => {
    const pool = state.pools.get(subject);
    return pool === undefined ? [] : [{ pool, grant }];
  });
  return { capacities, blocks };
}

export const isEmpty = ({ capacities, blocks }: Holdings): boolean => capacities.length + blocks.length === 0;

/** A host and a block there that belong together. */
export interface Pair {
  readonly hostId: string;
  readonly block: HeldBlock;
}

/** The reservation of the run as far as the log backs it: capacity and block are both still held. */
export function standing(run: Run, { capacities, blocks }: Holdings): Pair | undefined {
  const { reservation } = run;
  if (reservation === undefined) return undefined;
  const { hostId, cidr, pool: of } = reservation;
  const block = blocks.find(
    ({ pool, grant }) =>
      pool.scope === of.scope && pool.cidr === of.cidr && formatCidr(pool.blockAt(grant.index)) === cidr,
  );
  return block !== undefined && capacities.some(({ capacity }) => capacity.hostId === hostId)
    ? { hostId, block }
    : undefined;
}

/**
 * What nobody will use any more. While a request waits, what was granted for that attempt is never touched: another replica may
 * be about to reserve it. What an earlier attempt left is not used for a later one, because another replica may be about to
 * release it. So a reservation is never pulled from under a run: the answer to an attempt, on the network aggregate, decides.
 */
export function strays(state: State, run: Run): Holdings {
  const all = holdingsOf(state, run);
  const kept = standing(run, all);
  // A deployment without a reservation that stands should not be; whatever there is may be in use by it.
  if (run.deployment === 'open' && kept === undefined) return { capacities: [], blocks: [] };
  const waiting = kept === undefined ? openRequest(run)?.attempt : undefined;
  return {
    capacities: all.capacities.filter(
      ({ capacity, grant }) => capacity.hostId !== kept?.hostId && grant.attempt !== waiting,
    ),
    blocks: all.blocks.filter((block) => block.pool !== kept?.block.pool && block.grant.attempt !== waiting),
  };
}
