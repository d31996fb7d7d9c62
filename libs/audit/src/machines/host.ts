import { byName, whole, type Machine } from './machine.ts';

export const host: Machine = {
  of: 'host',
  key: whole,
  step: byName,
  table: {
    none: { HostAnnounced: 'announced' },
    announced: { HostAnnounced: 'announced', HostLeft: 'left' },
    left: { HostAnnounced: 'announced' },
  },
};
