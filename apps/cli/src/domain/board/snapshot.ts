import type { BlockLease, Board, Grant, HostCard, PoolCard, RunCard, SuiteCard } from './board.ts';

/** Goes up with every change of what the fold makes of a log: an older snapshot is then folded anew. A test compares. */
export const BOARD_VERSION = 5;

interface Frozen {
  readonly suites: readonly SuiteCard[];
  readonly hosts: readonly (Omit<HostCard, 'grants'> & { readonly grants: readonly Grant[] })[];
  readonly pools: readonly (readonly [pool: string, card: PoolCard])[];
  readonly blocks: readonly (readonly [pool: string, leases: readonly BlockLease[]])[];
  readonly resting: readonly (readonly [pool: string, blocks: readonly (readonly [cidr: string, until: number])[]])[];
  readonly at: string;
}

/** The board as JSON. A run is in its suite. */
export const freezeBoard = (board: Board): Frozen => ({
  suites: [...board.suites.values()],
  hosts: [...board.hosts.values()].map((host) => ({ ...host, grants: [...host.grants.values()] })),
  pools: [...board.pools],
  blocks: [...board.blocks].map(([pool, leases]) => [pool, [...leases.values()]]),
  resting: [...board.resting].map(([pool, blocks]) => [pool, [...blocks]]),
  at: board.at,
});

const byRun = <T extends { readonly runId: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((one) => [one.runId, one]));

/** The reverse; undefined for what is no board. */
export function thawBoard(state: unknown): Board | undefined {
  try {
    // Kept by a program of the same version, for this very log.
    const { suites, hosts, pools, blocks, resting, at } = structuredClone(state) as Frozen;
    const runs: RunCard[] = suites.flatMap((suite) => suite.runs);
    return {
      suites: new Map(suites.map((suite) => [suite.suiteId, suite])),
      runs: byRun(runs),
      hosts: new Map(hosts.map((host) => [host.hostId, { ...host, grants: byRun(host.grants) }])),
      pools: new Map(pools),
      blocks: new Map(blocks.map(([pool, leases]) => [pool, byRun(leases)])),
      resting: new Map(resting.map(([pool, of]) => [pool, new Map(of)])),
      at,
    };
  } catch {
    return undefined;
  }
}
