/** A short probe of the machine: fixed work, timed. */
export interface Canary {
  /** One core's time for a fixed computation. */
  readonly cpuMs: number;
  /** Median of small writes with a sync, in the node's folder. */
  readonly diskMs: number;
}

/** What was seen around and during a measurement, from the load tool's side. */
export interface Observation {
  /** How long it was measured. */
  readonly measuredSeconds: number;
  /** Longest time without a sample: the runner was away, or the machine stood still. */
  readonly longestGapSeconds: number;
  readonly client: {
    /** Mean of what the load tool used; undefined: not known here. */
    readonly usedCores?: number | undefined;
    /** What it could have used: its threads, within its node's limit. */
    readonly availableCores: number;
    /** Of the periods in which its node wanted to run, those in which its limit made it wait; undefined: no limit, or not known. */
    readonly throttledShare?: number | undefined;
  };
  readonly host: {
    /** Of the machine's CPU time, what the hypervisor gave to others; undefined: not known here. */
    readonly stealShare?: number | undefined;
    /** Of the machine's CPU time, what no process of this run used; undefined: not known here. */
    readonly foreignShare?: number | undefined;
    /** As of the client, of a quota that the runner and all beside it are under; undefined: there is none, or not known. */
    readonly throttledShare?: number | undefined;
  };
  /** Runs that used the machine meanwhile, and how much of it. */
  readonly coTenants: readonly { readonly run: string; readonly usedCores: number }[];
  readonly before?: Canary | undefined;
  readonly after?: Canary | undefined;
}

/** From where on a measurement is no measurement of the database any more. All are configurable. */
export interface ValidityLimits {
  /** Of the cores the load tool could use. */
  readonly clientBusyShare: number;
  readonly stealShare: number;
  readonly foreignShare: number;
  /** Of the periods of a CPU quota. */
  readonly throttledShare: number;
  /** A co-tenant that uses more is one. */
  readonly coTenantCores: number;
  /** Of a canary, after over before or the other way round. */
  readonly cpuFactor: number;
  readonly diskFactor: number;
  readonly gapSeconds: number;
}

export const DEFAULT_LIMITS: ValidityLimits = {
  clientBusyShare: 0.95,
  stealShare: 0.05,
  foreignShare: 0.15,
  throttledShare: 0.1,
  coTenantCores: 0.05,
  cpuFactor: 1.5,
  diskFactor: 10,
  gapSeconds: 5,
};
