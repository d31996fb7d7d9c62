import type { EventData } from '@benchbus/events';
import type { Range } from './cidr.ts';
import type { OccupiedBlock } from './occupations.ts';
import type { Pool } from './pool.ts';
import { SortedList } from './sorted-list.ts';

export type Demand = EventData<'RunNetworkRequested'>;
type Target = EventData<'HostAnnounced'>['targets'][number];

/** Somebody says that a range, or a part of it in the pool, is used by somebody else. */
export interface Claim extends OccupiedBlock {
  readonly range: Range;
  /** It lies within a block that a run had when it was said: the run's own, unless somebody else is found there. */
  isOwn: boolean;
}

/** A host that offers itself. One that left is not in the projection. */
export interface Host {
  readonly hostId: string;
  readonly hostname: string;
  readonly targets: readonly Target[];
  readonly cores: number;
  readonly memoryBytes: number;
  /** What others use there, and what runs hold that the host lists too. */
  readonly occupied: EventData<'HostAnnounced'>['occupied'];
  /** Id of the announcement: the cause of what follows from it. */
  readonly eventId: string;
}

/** A pool as hosts that are there say it should be. */
export interface AnnouncedPool {
  readonly subject: string;
  readonly scope: string;
  readonly cidr: string;
  readonly range: Range;
  readonly blockPrefix: number;
  /** Parts that are never granted, canonical. */
  readonly exclusions: readonly string[];
  /** Those that announce it, with what each says is not to be granted; of the rest the first one's words count. */
  readonly hosts: Map<string, readonly Claim[]>;
  /** Id of the announcement. */
  readonly eventId: string;
}

/** Why blocks of an offered pool are not granted. */
export interface PoolFault {
  readonly code: 'POOL_INVALID' | 'POOL_OVERLAPS' | 'POOL_CHANGED';
  readonly fault: string;
}

export type CapacityGrant = EventData<'CapacityGranted'>['grants'][number] & { readonly eventId: string };

/** A block that a run has, by its number in the pool. */
export interface BlockGrant {
  readonly index: number;
  readonly attempt: number;
  /** Id of the event that granted it: the cause of its release. */
  readonly eventId: string;
}

export interface Capacity {
  readonly hostId: string;
  version: number;
  readonly grants: Map<string, CapacityGrant>;
  /** Sums over the grants that take something of the host itself. */
  used: Used;
}

export interface Used {
  readonly runs: number;
  readonly exclusive: number;
  /** Thousandths of cores: tenths of cores do not add up exactly. */
  readonly millicores: number;
  readonly memoryBytes: number;
  /** When the last lease ends, of all since the host was empty: ms since the epoch. An estimate of when it will be empty. */
  readonly until: number;
}

export const UNUSED: Used = { runs: 0, exclusive: 0, millicores: 0, memoryBytes: 0, until: 0 };

export interface NetworkRequest extends Demand {
  /** First come, first served. */
  readonly sequence: number;
  readonly eventId: string;
  /** When it was made, ms since the epoch. */
  readonly askedAt: number;
  /** Until when it waits, ms since the epoch. */
  readonly deadlineAt: number;
  /** The same for requests that hosts and pools are open to, or closed, together. */
  readonly kind: string;
}

export type Reservation = EventData<'NetworkReserved'>;

export interface Loss {
  readonly hostId: string;
  readonly reason: string;
  readonly eventId: string;
}

/** What the log says about one run, as far as it concerns a network. */
export interface Run {
  readonly runId: string;
  /** The suite, once a fact of the run was seen. */
  correlation: string;
  /** The latest attempt's request. */
  request?: NetworkRequest;
  /** Attempts up to here are answered: reserved or rejected. */
  answeredAttempt: number;
  reservation?: Reservation;
  /** Its host is gone for good, and what it had there with it; the fact that says so. */
  lost?: Loss;
  /** Where its latest deployment was asked for. */
  deployedAt?: string;
  /** That host is gone for good, and so is what may be left there; the run may go on elsewhere. If it ends before, it is lost. */
  lostUnlessElsewhere?: Loss;
  /** Id of the fact that forbids new effects. */
  overBy?: string;
  releaseRequestedBy?: string;
  /** `refused`: somebody else has the block, so nothing of the run's is on it; what else was begun is destroyed at its end. */
  deployment: 'none' | 'open' | 'refused' | 'destroyed';
  destroyedBy?: string;
  networkVersion: number;
  networkReleased: boolean;
  /** RunReleased was seen while something was still held: drop the run when that is released. */
  forgotten: boolean;
  /** Hosts of which the run holds a share. */
  readonly capacities: Set<string>;
  /** Its block of each pool (its subject). */
  readonly blocks: Map<string, BlockGrant>;
  /** The last grant or release, and the suite it was written for: whoever appended it does the next step. */
  latestStep?: { readonly eventId: string; readonly suite: string };
}

/**
 * What there is to do, kept up to date with each fact (work.ts), so that a decision costs what is to be decided, not what is
 * reserved.
 */
export interface Work {
  /** Open requests that hold nothing yet, in order of their coming. */
  readonly waiting: SortedList<Run>;
  /** Those of them that want a host for themselves. */
  readonly exclusive: Set<Run>;
  /** Open requests that hold something. */
  readonly progress: Set<Run>;
  /** All open requests, by deadline. */
  readonly deadlines: SortedList<Run>;
  /** Open requests that no host could ever meet. */
  readonly hopeless: Set<Run>;
  /** Runs that have something to give back. */
  readonly releasing: Set<Run>;
  /** Subjects of pools that are to be defined, or have blocks to be occupied. */
  readonly pools: Set<string>;
  /** Where each run stands in the lists above. */
  readonly known: Map<Run, NetworkRequest>;
}

/**
 * The projection of the log. Owned and changed by one `evolve` loop; everybody else only reads it.
 * It holds what is open: a released run leaves nothing behind.
 */
export interface State {
  /** Sequence of the last event seen. */
  sequence: number;
  readonly hosts: Map<string, Host>;
  readonly capacities: Map<string, Capacity>;
  /** By subject. */
  readonly pools: Map<string, Pool>;
  /** By subject. */
  readonly announced: Map<string, AnnouncedPool>;
  /** Announced pools that may not be used, by subject. */
  readonly refused: Map<string, PoolFault>;
  readonly runs: Map<string, Run>;
  /** Reservations found outside the log (foreign members of a set in Valkey) as they are now, by place. */
  readonly foreign: Map<string, { readonly hostId: string; readonly ranges: readonly Range[] }>;
  /** The CIDRs reserved now, by place (`target:hostId`). */
  readonly reserved: Map<string, Set<string>>;
  /** Place in the log of the last host that a suite got for itself, while somebody waits for one. */
  readonly served: Map<string, number>;
  readonly work: Work;
}

export const initialState = (): State => ({
  sequence: 0,
  hosts: new Map(),
  capacities: new Map(),
  pools: new Map(),
  announced: new Map(),
  refused: new Map(),
  runs: new Map(),
  foreign: new Map(),
  reserved: new Map(),
  served: new Map(),
  work: {
    waiting: new SortedList(),
    exclusive: new Set(),
    progress: new Set(),
    deadlines: new SortedList(),
    hopeless: new Set(),
    releasing: new Set(),
    pools: new Set(),
    known: new Map(),
  },
});

/** The request that waits for an answer, if the run has one. */
export function openRequest(run: Run): NetworkRequest | undefined {
  const { request } = run;
  return request !== undefined &&
    request.attempt > run.answeredAttempt &&
    run.overBy === undefined &&
    run.lost === undefined &&
    !run.networkReleased
    ? request
    : undefined;
}
