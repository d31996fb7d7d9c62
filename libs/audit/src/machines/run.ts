import { whole, type Machine } from './machine.ts';

const ends = { RunFailed: 'ended', RunCancelling: 'cancelling' };

/** A run goes through its stages in order; a stage may be started again, in a further attempt. */
export const run: Machine = {
  of: 'run',
  key: whole,
  step: (event) => (event.name === 'RunStageStarted' ? `${event.name}:${event.data.stage}` : event.name),
  table: {
    none: { RunQueued: 'queued' },
    queued: { 'RunStageStarted:network': 'network', RunFailed: 'ended', RunCancelled: 'ended' },
    network: {
      ...ends,
      RunNetworkRequested: 'network',
      'RunStageStarted:network': 'network',
      'RunStageStarted:provision': 'provision',
    },
    provision: {
      ...ends,
      RunDeploymentRequested: 'provision',
      'RunStageStarted:provision': 'provision',
      'RunStageStarted:database': 'database',
    },
    database: { ...ends, 'RunStageStarted:database': 'database', 'RunStageStarted:workload': 'workload' },
    workload: { ...ends, 'RunStageStarted:workload': 'workload', 'RunStageStarted:artifacts': 'artifacts' },
    artifacts: { ...ends, 'RunStageStarted:artifacts': 'artifacts', RunCompleted: 'ended' },
    cancelling: { RunCancelled: 'ended' },
    // Released at once where it never asked for anything.
    ended: { RunReleaseRequested: 'releasing', RunReleased: 'released' },
    releasing: { RunReleaseOverdue: 'overdue', RunReleased: 'released' },
    overdue: { RunReleased: 'released' },
    released: {},
  },
};
