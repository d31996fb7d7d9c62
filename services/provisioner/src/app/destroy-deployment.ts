import { decideAndAppend, subjects } from '@benchbus/events';
import { deploymentView } from '../domain/deployment-view.ts';
import type { WorldItem } from '../target/target.ts';
import type { ProvisionerContext } from './provisioner-context.ts';
import { readDeployment, readRun } from './views.ts';

/** Load nodes first: they use the others. */
const loadFirst = (nodes: Iterable<string>): string[] =>
  [...nodes].sort((a, b) => Number(b === 'load') - Number(a === 'load') || a.localeCompare(b));

/** Removes everything real of a run; returns node → what its regular stop had left. The caller holds the run's lane. */
export async function reclaimRun(
  { target, logger }: ProvisionerContext,
  runId: string,
  planned: Iterable<string> = [],
): Promise<Map<string, string[]>> {
  await target.release(runId);
  const world = await target.list(runId);
  const nodes = new Set([...planned, ...world.flatMap(({ node }) => (node === undefined ? [] : [node]))]);
  const reclaimed = new Map<string, string[]>();
  for (const node of loadFirst(nodes)) {
    const what = await target.destroyNode(runId, node);
    reclaimed.set(node, what);
    logger.info({ run: runId, node, reclaimed: what }, 'node destroyed');
  }
  await target.destroyRun(runId);
  return reclaimed;
}

/**
 * Destroys a run's deployment and says so: NodeDestroyed per node, and DeploymentDestroyed only when a new listing of the
 * real world is empty. Returns what is left (then it is to be called again). Idempotent. The caller holds the run's lane.
 */
export async function destroyDeployment(
  context: ProvisionerContext,
  runId: string,
  { cause, reason }: { readonly cause: string; readonly reason: string },
): Promise<WorldItem[]> {
  const { bus, target, logger } = context;
  const subject = subjects.deployment(runId);
  const correlation = (await readRun(bus.log, runId)).queued?.data.suiteId ?? runId;
  const { everPlanned } = await readDeployment(bus.log, runId);
  const reclaimed = await reclaimRun(context, runId, everPlanned);
  for (const [node, what] of reclaimed) {
    await decideAndAppend(bus.log, subject, (history) => {
      const view = deploymentView(history);
      if (view.destroyed !== undefined || view.destroyedNodes.has(node)) return undefined;
      const data = { node, reclaimed: what };
      return { name: 'NodeDestroyed', subject, data, cause, discriminator: node, correlation };
    });
  }
  const left = await target.list(runId);
  if (left.length > 0) {
    logger.warn({ run: runId, left: left.map(({ what }) => what) }, 'not everything could be destroyed yet');
    return left;
  }
  await decideAndAppend(bus.log, subject, (history) =>
    deploymentView(history).destroyed === undefined
      ? { name: 'DeploymentDestroyed', subject, data: { reason }, cause, correlation }
      : undefined,
  );
  logger.info({ run: runId, reason }, 'deployment destroyed');
  return [];
}
