import { byName, steps, whole, type Machine } from './machine.ts';

const WORK = [
  'SetupStarted',
  'DatabaseReady',
  'DatabaseFailed',
  'WorkloadStarted',
  'FaultInjected',
  'ProcessDied',
  'WorkloadFinished',
  'WorkloadFailed',
];

/** A restarted runner announces itself again. */
export const runner: Machine = {
  of: 'the runner',
  key: whole,
  step: byName,
  table: {
    none: { EdgeRunnerReady: 'ready' },
    ready: { EdgeRunnerReady: 'ready', EdgeRunnerStopped: 'stopped', ...steps(WORK, 'ready') },
    stopped: { EdgeRunnerReady: 'ready' },
  },
};

/** An attempt is claimed before anything is done, and has one outcome. */
export const setUp: Machine = {
  of: 'the set-up, attempt',
  key: (event) =>
    event.name === 'SetupStarted' || event.name === 'DatabaseReady' || event.name === 'DatabaseFailed'
      ? [String(event.data.attempt)]
      : [],
  step: byName,
  table: {
    none: { SetupStarted: 'claimed' },
    claimed: { DatabaseReady: 'over', DatabaseFailed: 'over' },
    over: {},
  },
};

export const workload: Machine = {
  of: 'the workload, attempt',
  key: (event) =>
    event.name === 'WorkloadStarted' || event.name === 'WorkloadFinished' || event.name === 'WorkloadFailed'
      ? [String(event.data.attempt)]
      : [],
  step: byName,
  table: {
    none: { WorkloadStarted: 'claimed' },
    claimed: { WorkloadFinished: 'over', WorkloadFailed: 'over' },
    over: {},
  },
};

/** Done once for each attempt of the workload and fault of the test, however often it is asked for. */
export const faultOfAttempt: Machine = {
  of: 'the fault, attempt and index',
  key: (event) => (event.name === 'FaultInjected' ? [`${event.data.attempt}:${event.data.index}`] : []),
  step: byName,
  table: {
    none: { FaultInjected: 'injected' },
    injected: {},
  },
};

/** Of each attempt of the set-up a process dies once: nothing starts it again. */
export const deathOfProcess: Machine = {
  of: 'the death, attempt and process',
  key: (event) => (event.name === 'ProcessDied' ? [`${event.data.attempt}:${event.data.process}`] : []),
  step: byName,
  table: {
    none: { ProcessDied: 'dead' },
    dead: {},
  },
};
