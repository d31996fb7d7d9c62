import { byName, type Machine } from './machine.ts';

/** A run has a share of the host, and gives it back. */
export const capacity: Machine = {
  of: 'the share of',
  key: (event) => {
    if (event.name === 'CapacityGranted') return event.data.grants.map(({ runId }) => runId);
    return event.name === 'CapacityReleased' || event.name === 'CapacityLost' ? event.data.runIds : [];
  },
  step: byName,
  table: {
    none: { CapacityGranted: 'granted' },
    granted: { CapacityReleased: 'none', CapacityLost: 'lost' },
    // Gone with the host; the allocator gives it back all the same.
    lost: { CapacityReleased: 'none' },
  },
};
