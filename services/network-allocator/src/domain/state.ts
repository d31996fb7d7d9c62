import type { EventData } from '@benchbus/events';
import type { Pool } from './pool.ts';

export type Demand = EventData<'RunNetworkRequested'>;
type Target = EventData<'HostAnnounced'>['targets'][number];

export interface Occupied {
  readonly cidr: string;
  readonly by: string;
}

/** A host that offers itself. One that left is not in the projection. */
export interface Host {
  readonly hostId: string;
  readonly hostname: string;
  readonly targets: readonly Target[];
  readonly cores: number;
  readonly memoryBytes: number;
  /** What others use there: own runs' blocks, which a host may list too, are left out when the announcement is read. */
  readonly occupied: readonly Occupied[];
  /** Id of the announcement: the cause of what follows from it. */
  readonly eventId: string;
}

export type CapacityGrant = EventData<'CapacityGranted'>['grants'][number] & { readonly eventId: string };

export interface Capacity {
  readonly hostId: string;
  version: number;
  readonly grants: Map<string, CapacityGrant>;
}

export interface NetworkRequest extends Demand {
  /** First come, first served. */
  readonly sequence: number;
  readonly eventId: string;
}

export type Reservation = EventData<'NetworkReserved'>;

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
  /** Id of the fact that forbids new effects. */
  overBy?: string;
  releaseRequestedBy?: string;
  deployment: 'none' | 'open' | 'destroyed';
  destroyedBy?: string;
  networkVersion: number;
  networkReleased: boolean;
  /** RunReleased was seen while something was still held: drop the run when that is released. */
  forgotten: boolean;
  /** Hosts of which the run holds a share; pools of which it holds a block. */
  readonly capacities: Set<string>;
  readonly blocks: Set<string>;
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
  readonly runs: Map<string, Run>;
  /** Reservations found outside the log (foreign members of a set in Valkey), by host. */
  readonly foreign: Map<string, readonly Occupied[]>;
}

export const initialState = (): State => ({
  sequence: 0,
  hosts: new Map(),
  capacities: new Map(),
  pools: new Map(),
  runs: new Map(),
  foreign: new Map(),
});

/** The request that waits for an answer, if the run has one. */
export function openRequest(run: Run): NetworkRequest | undefined {
  const { request } = run;
  return request !== undefined &&
    request.attempt > run.answeredAttempt &&
    run.overBy === undefined &&
    !run.networkReleased
    ? request
    : undefined;
}
