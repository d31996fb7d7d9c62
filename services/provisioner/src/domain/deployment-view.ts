import type { AnyRecorded, Recorded } from '@benchbus/events';

/** The deployment of a run (`evt.deployment.<runId>`), written by this service only. */
export interface DeploymentView {
  /** The latest plan; a new attempt plans anew. */
  readonly plan?: Recorded<'PlacementPlanned'>;
  /** Nodes of the latest plan that exist. */
  readonly provisioned: ReadonlySet<string>;
  /** Attempts that were answered. */
  readonly readyAttempt: number;
  readonly failedAttempt: number;
  readonly destroyedNodes: ReadonlySet<string>;
  readonly destroyed?: Recorded<'DeploymentDestroyed'>;
  /** Every node any attempt planned: what a destroy must look for. */
  readonly everPlanned: ReadonlySet<string>;
}

const NOTHING: DeploymentView = {
  provisioned: new Set(),
  readyAttempt: 0,
  failedAttempt: 0,
  destroyedNodes: new Set(),
  everPlanned: new Set(),
};

const plus = (set: ReadonlySet<string>, ...values: string[]): ReadonlySet<string> => new Set([...set, ...values]);

function evolve(view: DeploymentView, event: AnyRecorded): DeploymentView {
  switch (event.name) {
    case 'PlacementPlanned': {
      const names = event.data.plan.nodes.map((node) => node.name);
      return {
        ...view,
        plan: event,
        provisioned: new Set(),
        destroyedNodes: new Set(),
        everPlanned: plus(view.everPlanned, ...names),
      };
    }
    case 'NodeProvisioned':
      return event.data.attempt === view.plan?.data.attempt
        ? { ...view, provisioned: plus(view.provisioned, event.data.node) }
        : view;
    case 'DeploymentReady':
      return { ...view, readyAttempt: Math.max(view.readyAttempt, event.data.attempt) };
    case 'DeploymentFailed':
      return { ...view, failedAttempt: Math.max(view.failedAttempt, event.data.attempt) };
    case 'NodeDestroyed':
      return { ...view, destroyedNodes: plus(view.destroyedNodes, event.data.node) };
    case 'DeploymentDestroyed':
      return { ...view, destroyed: event };
    default:
      return view;
  }
}

export const deploymentView = (history: readonly AnyRecorded[]): DeploymentView => history.reduce(evolve, NOTHING);
