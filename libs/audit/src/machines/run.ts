import { whole, type Machine } from './machine.ts';

/** What a stage may end with, and what leaves it as it is: an execution of it in the engine was lost. */
const during = (stage: string) => ({ RunFailed: 'ended', RunCancelling: 'cancelling', RunExecutionLost: stage });

/** A run goes through its stages in order; a stage may be started again, in a further attempt. */
export const run: Machine = {
  of: 'run',
  key: whole,
  step: (event) => (event.name === 'RunStageStarted' ? `${event.name}:${event.data.stage}` : event.name),
  table: {
    none: { RunQueued: 'queued' },
    queued: {
      'RunStageStarted:network': 'network',
      RunFailed: 'ended',
      RunCancelled: 'ended',
      RunExecutionLost: 'queued',
    },
    network: {
      ...during('network'),
      RunNetworkRequested: 'network',
      'RunStageStarted:network': 'network',
      'RunStageStarted:provision': 'provision',
    },
    provision: {
      ...during('provision'),
      RunDeploymentRequested: 'provision',
      // Somebody else was found on its block: it asks for another.
      'RunStageStarted:network': 'network',
      'RunStageStarted:provision': 'provision',
      'RunStageStarted:database': 'database',
    },
    database: { ...during('database'), 'RunStageStarted:database': 'database', 'RunStageStarted:workload': 'workload' },
    workload: {
      ...during('workload'),
      'RunStageStarted:workload': 'workload',
      'RunStageStarted:artifacts': 'artifacts',
    },
    artifacts: { ...during('artifacts'), 'RunStageStarted:artifacts': 'artifacts', RunCompleted: 'ended' },
    cancelling: { RunCancelled: 'ended' },
    // Released at once where it never asked for anything.
    ended: { RunReleaseRequested: 'releasing', RunReleased: 'released' },
    releasing: { RunReleaseOverdue: 'overdue', RunReleased: 'released' },
    overdue: { RunReleased: 'released' },
    released: {},
  },
};
