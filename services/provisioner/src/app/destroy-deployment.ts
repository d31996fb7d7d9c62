import { decideAndAppend, subjects } from '@benchbus/events';
import { deploymentView } from '../domain/deployment-view.ts';
import type { WorldItem } from '../target/target.ts';
import type { ProvisionerContext } from './provisioner-context.ts';
import { claimRemoval } from './claim-removal.ts';
import { releaseKept } from './release-kept.ts';
import type { Removing } from './targets.ts';
import { readDeployment, readRun } from './views.ts';

/** Load nodes first: they use the others. */
const loadFirst = (nodes: Iterable<string>): string[] =>
  [...nodes].sort((a, b) => Number(b === 'load') - Number(a === 'load') || a.localeCompare(b));

/** Removes everything real of a run; returns node → what its regular stop had left. The caller holds the run's lane. */
export async function reclaimRun(
  { targets, logger }: ProvisionerContext,
  runId: string,
  planned: Iterable<string> = [],
  target: Removing = targets,
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
 * real world is empty. Returns what is left (then it is to be called again), also where another host is at it.
 * Idempotent. The caller holds the run's lane.
 */
export async function destroyDeployment(
  context: ProvisionerContext,
  runId: string,
  { cause, reason }: { readonly cause: string; readonly reason: string },
): Promise<WorldItem[]> {
  const { bus, targets, logger } = context;
  const subject = subjects.deployment(runId);
  const { queued, request } = await readRun(bus.log, runId);
  const correlation = queued?.data.suiteId ?? runId;
  const { everPlanned } = await readDeployment(bus.log, runId);
  // What was planned once may be there: a target that is not served any more (its engine was away) cannot tell. What was
  // never planned has made nothing, and may have been refused because its target is not served here.
  const asked = request?.data.target;
  const target = everPlanned.size > 0 && asked !== undefined ? targets.of(asked) : targets.having(asked);
  if (!(await claimRemoval(context, runId, request))) {
    logger.info({ run: runId }, 'another host removes it');
    return target.list(runId);
  }
  const reclaimed = await reclaimRun(context, runId, everPlanned, target);
  for (const [node, what] of reclaimed) {
    await decideAndAppend(bus.log, subject, (history) => {
      const view = deploymentView(history);
      if (view.destroyed !== undefined || view.destroyedNodes.has(node)) return undefined;
      const data = { node, reclaimed: what };
      return { name: 'NodeDestroyed', subject, data, cause, discriminator: node, correlation };
    });
  }
  // After its last process: a runner that was killed while it copied may have begun anew.
  await releaseKept(context, correlation);
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
