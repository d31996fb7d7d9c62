import type { Recorded } from '@benchbus/events';

/** What a runner is asked to do: the two stages of a run that have work on a node. */
export type WorkKind = 'database' | 'workload';

export const CLAIMS = { database: 'SetupStarted', workload: 'WorkloadStarted' } as const;

export type Claim = Recorded<'SetupStarted'> | Recorded<'WorkloadStarted'>;
export type Outcome =
  Recorded<'DatabaseReady'> | Recorded<'DatabaseFailed'> | Recorded<'WorkloadFinished'> | Recorded<'WorkloadFailed'>;
