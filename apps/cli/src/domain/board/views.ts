import type { Problem } from '@benchbus/suites';
import type {
  BlockLease,
  Board,
  Grant,
  HostCard,
  NodeCard,
  Outcome,
  Phase,
  PoolCard,
  RunCard,
  SuiteCard,
  SuiteState,
} from './board.ts';
import { countOf, isWithin } from './block-spans.ts';
import { isAway, isOpen } from './board.ts';
import type { Waiting } from './why-waiting.ts';
import { hostQueue, whyWaiting } from './why-waiting.ts';

/** A line of `list`. */
export interface SuiteLine {
  readonly suiteId: string;
  readonly name: string;
  readonly state: SuiteState;
  readonly counts: {
    readonly done: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly total: number;
  };
  readonly requestedAt: string;
  readonly endedAt?: string;
  /** From the request to the end; so far, if it goes on. */
  readonly durationMs: number;
}

/** `open` stands for running and cancelling. */
export const LIST_STATES = ['open', 'running', 'cancelling', 'completed', 'failed', 'cancelled', 'rejected'] as const;
export type ListState = (typeof LIST_STATES)[number];

export function suiteLine(suite: SuiteCard, now: number): SuiteLine {
  const { suiteId, name, state, runs, requestedAt, endedAt } = suite;
  const until = endedAt === undefined ? now : Date.parse(endedAt);
  return {
    ...{ suiteId, name, state, requestedAt },
    counts: {
      done: runs.filter(({ outcome }) => outcome !== undefined).length,
      failed: runs.filter(({ outcome }) => outcome === 'failed').length,
      cancelled: runs.filter(({ outcome }) => outcome === 'cancelled').length,
      total: runs.length,
    },
    ...(endedAt === undefined ? {} : { endedAt }),
    durationMs: Math.max(0, until - Date.parse(requestedAt)),
  };
}

/** Suites, the newest first. */
export function listSuites(
  board: Board,
  { now, state, limit }: { readonly now: number; readonly state?: ListState | undefined; readonly limit: number },
): SuiteLine[] {
  return [...board.suites.values()]
    .filter((suite) => state === undefined || (state === 'open' ? isOpen(suite) : suite.state === state))
    .toReversed()
    .slice(0, limit)
    .map((suite) => suiteLine(suite, now));
}

/** What a run has of the world. */
export interface HeldView {
  readonly hostId?: string;
  readonly hostname?: string;
  readonly grant?: Grant;
  readonly blocks: readonly BlockLease[];
  readonly nodes: readonly NodeCard[];
}

export interface RunView {
  readonly runId: string;
  readonly suiteId: string;
  readonly test: string;
  readonly repeat: number;
  readonly phase: Phase;
  readonly attempt: number;
  readonly since: string;
  readonly until?: string;
  readonly outcome?: Outcome;
  readonly problem?: Problem;
  readonly tps?: number;
  readonly waiting?: Waiting;
  readonly holds?: HeldView;
  readonly overdue: readonly string[];
}

function heldBy(board: Board, run: RunCard): HeldView | undefined {
  const host = [...board.hosts.values()].find(({ grants }) => grants.has(run.runId));
  const grant = host?.grants.get(run.runId);
  const blocks = [...board.blocks.values()].flatMap((pool) => pool.get(run.runId) ?? []);
  if (host === undefined && blocks.length === 0 && run.nodes.length === 0) return undefined;
  return {
    ...(host === undefined ? {} : { hostId: host.hostId, hostname: host.hostname }),
    ...(grant === undefined ? {} : { grant }),
    blocks,
    nodes: run.nodes,
  };
}

export function viewRun(board: Board, run: RunCard): RunView {
  const { runId, suiteId, test, repeat, phase, attempt, since, until, outcome, problem, tps, overdue } = run;
  const waiting = whyWaiting(board, run);
  const holds = heldBy(board, run);
  return {
    ...{ runId, suiteId, test, repeat, phase, attempt, since, overdue },
    ...(until === undefined ? {} : { until }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(problem === undefined ? {} : { problem }),
    ...(tps === undefined ? {} : { tps }),
    ...(waiting === undefined ? {} : { waiting }),
    ...(holds === undefined ? {} : { holds }),
  };
}

export interface HostView {
  readonly hostId: string;
  readonly hostname: string;
  readonly present: boolean;
  /** It is announced, but gives no sign of life. */
  readonly away: boolean;
  readonly targets: readonly string[];
  readonly cores: { readonly used: number; readonly total: number };
  readonly memoryBytes: { readonly used: number; readonly total: number };
  readonly runs: readonly Grant[];
}

export function viewHost(board: Board, host: HostCard): HostView {
  const { hostId, hostname, present, targets, cores, memoryBytes, grants } = host;
  const runs = [...grants.values()];
  const used = (pick: (grant: Grant) => number): number => runs.reduce((sum, grant) => sum + pick(grant), 0);
  return {
    ...{ hostId, hostname, present, away: isAway(board, host), targets, runs },
    cores: { used: Math.round(used((grant) => grant.cores) * 1e6) / 1e6, total: cores },
    memoryBytes: { used: used((grant) => grant.memoryBytes), total: memoryBytes },
  };
}

/** How the blocks of a pool are used; `pool`: its subject. */
export interface PoolView {
  readonly pool: string;
  /** The host or the VPC whose addresses they are. */
  readonly scope: string;
  readonly cidr: string;
  readonly blockPrefix: number;
  readonly blocks: number;
  readonly used: number;
  /** By others, or excluded. */
  readonly occupied: number;
  /** Released by runs a short while ago. */
  readonly quarantined: number;
  /** When the first of those may be granted again, RFC 3339. */
  readonly quarantinedUntil?: string;
  readonly free: number;
}

function viewPool(board: Board, pool: string, card: PoolCard, now: number): PoolView {
  const used = board.blocks.get(pool)?.size ?? 0;
  const occupied = countOf(card.occupied);
  const resting = [...(board.resting.get(pool) ?? [])].filter(([cidr, until]) => until > now && !isWithin(card, cidr));
  const first = resting.reduce((least, [, until]) => Math.min(least, until), Infinity);
  return {
    ...{ pool, scope: pool.split('.')[2] ?? '', cidr: card.cidr, blockPrefix: card.blockPrefix, blocks: card.blocks },
    ...{ used, occupied, quarantined: resting.length },
    ...(resting.length === 0 ? {} : { quarantinedUntil: new Date(first).toISOString() }),
    free: Math.max(0, card.blocks - used - occupied - resting.length),
  };
}

/** Those that a host is there for, or that runs have blocks of. */
function poolsInUse(board: Board, now: number): PoolView[] {
  const offered = new Set(
    [...board.hosts.values()].flatMap((host) => (host.present ? host.pools : [])).map(({ pool }) => pool),
  );
  return [...board.pools]
    .map(([pool, card]) => viewPool(board, pool, card, now))
    .filter(({ pool, used }) => used > 0 || offered.has(pool));
}

/** `status` without an argument; of each open suite the runs that are not released. */
export interface Overview {
  readonly suites: readonly (SuiteLine & { readonly runs: readonly RunView[] })[];
  readonly hosts: readonly HostView[];
  /** Runs that wait for a host and a block, in the order in which they will be served. */
  readonly queue: readonly RunView[];
  readonly pools: readonly PoolView[];
  /** Blocks of addresses that are leased, with the run that has each. */
  readonly blocks: readonly BlockLease[];
  /** Runs that are over, and whose nodes are kept until `until`. */
  readonly kept: readonly RunView[];
  /** Runs whose release is overdue; of any suite. */
  readonly overdue: readonly RunView[];
}

export function overviewOf(board: Board, now: number): Overview {
  const open = [...board.suites.values()].filter(isOpen);
  const runs = [...board.runs.values()];
  return {
    suites: open.map((suite) => ({
      ...suiteLine(suite, now),
      runs: suite.runs.filter(({ phase }) => phase !== 'released').map((run) => viewRun(board, run)),
    })),
    hosts: [...board.hosts.values()]
      .filter(({ present, grants }) => present || grants.size > 0)
      .map((host) => viewHost(board, host)),
    queue: hostQueue(board).map((run) => viewRun(board, run)),
    pools: poolsInUse(board, now),
    blocks: [...board.blocks.values()].flatMap((pool) => [...pool.values()]),
    kept: runs.filter(({ phase }) => phase === 'kept').map((run) => viewRun(board, run)),
    overdue: runs
      .filter(({ phase, overdue }) => phase !== 'released' && overdue.length > 0)
      .map((run) => viewRun(board, run)),
  };
}

/** `status SUITE`. */
export interface SuiteView extends SuiteLine {
  readonly problems: readonly Problem[];
  readonly runs: readonly RunView[];
}

export const viewSuite = (board: Board, suite: SuiteCard, now: number): SuiteView => ({
  ...suiteLine(suite, now),
  problems: suite.problems,
  runs: suite.runs.map((run) => viewRun(board, run)),
});
