import { byName, whole, type Machine } from './machine.ts';

export const artifact: Machine = {
  of: 'artifact',
  key: whole,
  step: byName,
  table: {
    none: { ArtifactStored: 'stored', ArtifactRejected: 'rejected' },
    stored: { ArtifactExpired: 'expired' },
    rejected: {},
    expired: {},
  },
};
