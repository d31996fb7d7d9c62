import { secretOf } from '../external/secrets.ts';
import type { NodeRole } from '../domain/node-role.ts';
import { nodeCopy } from '../kept/node-copy-of.ts';
import type { HostedLaunchContext } from '../topology/hosted-launch.ts';
import type { LaunchContext, LaunchLimits } from '../topology/launch-context.ts';
import { credentialOf } from './credentials.ts';
import type { RunnerContext } from './runner-context.ts';
import type { WorkOrder } from './work-order.ts';

type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;

/** So long before the stage's deadline the runner gives up by itself: what it waited for says more than a time-out. */
const MARGIN_MS = 1_000;
/** As long as a timer can be. */
const NEVER_MS = 2_147_483_647;

export const limitsOf = ({ config }: Pick<RunnerContext, 'config'>): LaunchLimits => ({
  commandMs: config.BENCHBUS_COMMAND_TIMEOUT_MS,
  probeEveryMs: config.BENCHBUS_PROBE_INTERVAL_MS,
  probeMs: config.BENCHBUS_PROBE_TIMEOUT_MS,
  graceMs: config.BENCHBUS_KILL_GRACE_MS,
});

/** What finding and resolving the node's processes takes. */
export const hostedContext = (
  context: Pick<RunnerContext, 'config' | 'host'>,
  { node }: DatabaseRole,
): HostedLaunchContext & Pick<LaunchContext, 'node'> => ({
  node,
  runId: context.config.BENCHBUS_RUN,
  host: context.host,
  credential: (name) => credentialOf(context.config, name),
  secret: (ref) => secretOf(context.config.BENCHBUS_SECRETS, ref),
});

/** What one attempt of setting up the node takes. */
export const launchContext = (
  context: RunnerContext,
  role: DatabaseRole,
  order: Pick<WorkOrder, 'attempt' | 'deadline' | 'mayCreate'>,
): LaunchContext => ({
  ...hostedContext(context, role),
  plan: role.plan,
  copy: nodeCopy(context, role),
  attempt: order.attempt,
  mayCreate: order.mayCreate,
  tell: context.taskLines.tell,
  limits: limitsOf(context),
  deadline: order.deadline === undefined ? Date.now() + NEVER_MS : Date.parse(order.deadline) - MARGIN_MS,
});
