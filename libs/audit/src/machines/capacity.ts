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
    // What a run left there without a share is lost, too: nobody else can say that it is removed.
    none: { CapacityGranted: 'granted', CapacityLost: 'none' },
    granted: { CapacityReleased: 'none', CapacityLost: 'lost' },
    // Gone with the host; the allocator gives it back all the same.
    lost: { CapacityReleased: 'none' },
  },
};
