import type { EventData } from '@benchbus/events';
import type { Problem, RunSettings, Stage } from '@benchbus/suites';

export type SuiteState = 'running' | 'cancelling' | 'completed' | 'failed' | 'cancelled' | 'rejected';

export interface SuiteCard {
  readonly suiteId: string;
  name: string;
  state: SuiteState;
  /** How many of its runs go on at the same time. */
  parallelism: number;
  /** When the dispatcher took it, RFC 3339. */
  readonly requestedAt: string;
  endedAt?: string;
  readonly runs: RunCard[];
  /** Place in the log of the last host that one of its runs got for itself. */
  served?: number;
  problems: readonly Problem[];
}

/** Where a run is: waiting for its turn, in a stage, or over. */
export type Phase = 'queued' | Stage | 'cancelling' | 'kept' | 'releasing' | 'released';
export type Outcome = 'completed' | 'failed' | 'cancelled';

export interface NodeCard {
  readonly name: string;
  readonly address: string;
}

export interface RunCard {
  readonly runId: string;
  readonly suiteId: string;
  readonly test: string;
  readonly repeat: number;
  phase: Phase;
  /** Of the stage, from 1. */
  attempt: number;
  /** Since when it is in this phase, RFC 3339. */
  since: string;
  /** Until when the stage, the keep time or the release may take. */
  until?: string;
  outcome?: Outcome;
  problem?: Problem;
  keep?: RunSettings['keep'];
  /** What it asked a host for, with the sequence of the request: first come, first served. */
  demand?: EventData<'RunNetworkRequested'> & { readonly sequence: number };
  /** The attempt of the network stage that was answered with a host. */
  reserved?: { readonly attempt: number; readonly hostId: string; readonly cidr: string };
  nodes: NodeCard[];
  /** Of its deployment, if there is one. */
  deployment?: 'planned' | 'ready' | 'failed' | 'destroyed';
  serverVersion?: string;
  tps?: number;
  /** What could not be released in time. */
  overdue: readonly string[];
}

export interface Grant {
  readonly runId: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly sharing: 'exclusive' | 'allowed';
  /** End of the lease: planned end and margin. */
  readonly until: string;
}

export interface HostPool {
  readonly target: string;
  readonly pool: string;
  readonly cidr: string;
  readonly blockPrefix: number;
}

export interface HostCard {
  readonly hostId: string;
  hostname: string;
  targets: readonly string[];
  /** The pools that its targets give blocks of, the target's own one first; `pool`: its subject. */
  pools: readonly HostPool[];
  cores: number;
  memoryBytes: number;
  /** False: it has left, or was never announced. */
  present: boolean;
  readonly grants: Map<string, Grant>;
}

export interface BlockLease {
  readonly runId: string;
  readonly cidr: string;
  readonly until: string;
}

/** Blocks of a pool by number, from the first to the last. */
export type BlockSpan = readonly [first: number, last: number];

export interface PoolCard {
  readonly cidr: string;
  readonly blockPrefix: number;
  readonly blocks: number;
  /** Of others, or excluded, as the log names them. */
  ranges: readonly string[];
  /** Their blocks: in order, no block twice. */
  occupied: readonly BlockSpan[];
}

/** What the log says about everything there is: the fold of all events so far, made by `evolveBoard`. */
export interface Board {
  readonly suites: Map<string, SuiteCard>;
  readonly runs: Map<string, RunCard>;
  readonly hosts: Map<string, HostCard>;
  /** By subject. */
  readonly pools: Map<string, PoolCard>;
  /** Pool (its subject) → run → its block. */
  readonly blocks: Map<string, Map<string, BlockLease>>;
  /** Pool (its subject) → released block → until when it is not granted again, ms since the epoch; the first come first. */
  readonly resting: Map<string, Map<string, number>>;
  /** Time of the newest event. */
  at: string;
  /** Hosts whose provisioner gives a sign of life, beside the log. Absent: nobody looked. */
  living?: ReadonlySet<string>;
}

/** Is the host announced, though its provisioner gives no sign of life? */
export const isAway = ({ living }: Board, { hostId, present }: Pick<HostCard, 'hostId' | 'present'>): boolean =>
  present && living?.has(hostId) === false;

export const emptyBoard = (): Board => ({
  suites: new Map(),
  runs: new Map(),
  hosts: new Map(),
  pools: new Map(),
  blocks: new Map(),
  resting: new Map(),
  at: '',
});

/** What the fold needs: all but the edges' and the artifacts' events, which are most of a log. */
export const BOARD_SUBJECTS = [
  'evt.suite.*',
  'evt.run.*',
  'evt.host.*',
  'evt.capacity.*',
  'evt.pool.>',
  'evt.network.*',
  'evt.deployment.*',
] as const;

export const isOpen = ({ state }: SuiteCard): boolean => state === 'running' || state === 'cancelling';
export const isOver = ({ outcome, phase }: RunCard): boolean => outcome !== undefined || phase === 'cancelling';
