import { byName, type Machine } from './machine.ts';

/** A run has a share of the host, and gives it back. */
export const capacity: Machine = {
  of: 'the share of',
  key: (event) => {
    if (event.name === 'CapacityGranted') return event.data.grants.map(({ runId }) => runId);
    return event.name === 'CapacityReleased' ? event.data.runIds : [];
  },
  step: byName,
  table: { none: { CapacityGranted: 'granted' }, granted: { CapacityReleased: 'none' } },
};
