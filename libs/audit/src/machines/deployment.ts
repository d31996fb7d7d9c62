import { byName, whole, type Machine } from './machine.ts';

const destroy = { NodeDestroyed: 'destroying', DeploymentDestroyed: 'destroyed' };

/** Each attempt plans, creates and is answered; nothing is created once the destroying has begun. */
export const deployment: Machine = {
  of: 'deployment',
  key: whole,
  step: byName,
  table: {
    none: { ...destroy, PlacementPlanned: 'planned', DeploymentFailed: 'failed' },
    planned: {
      ...destroy,
      PlacementPlanned: 'planned',
      NodeProvisioned: 'planned',
      DeploymentReady: 'ready',
      DeploymentFailed: 'failed',
    },
    ready: { ...destroy, PlacementPlanned: 'planned', DeploymentFailed: 'failed' },
    // A node may have been made while another's failure was being written.
    failed: { ...destroy, PlacementPlanned: 'planned', NodeProvisioned: 'failed', DeploymentFailed: 'failed' },
    destroying: destroy,
    destroyed: {},
  },
};
