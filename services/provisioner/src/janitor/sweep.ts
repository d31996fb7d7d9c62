import type { Liveness } from '@benchbus/events';
import { judgeLeftover } from '../domain/judge-leftover.ts';
import type { Verdict } from '../domain/judge-leftover.ts';
import { destroyDeployment, reclaimRun } from '../app/destroy-deployment.ts';
import type { Lanes } from '../app/lanes.ts';
import type { ProvisionerContext } from '../app/provisioner-context.ts';
import { readDeployment, readRun } from '../app/views.ts';
import type { WorldItem } from '../target/target.ts';

export interface Reclaimed {
  readonly runId: string;
  readonly why: string;
  readonly reclaimed: readonly string[];
}

async function held(liveness: Liveness, runId: string, nodes: Iterable<string>): Promise<boolean> {
  for (const node of nodes) if ((await liveness.holder(`edge.${runId}.${node}`)) !== undefined) return true;
  return false;
}

async function judge(context: ProvisionerContext, runId: string, items: readonly WorldItem[]): Promise<Verdict> {
  const { bus, hostId } = context;
  const [run, deployment] = await Promise.all([readRun(bus.log, runId), readDeployment(bus.log, runId)]);
  const nodes = new Set([
    ...deployment.everPlanned,
    ...items.flatMap(({ node }) => (node === undefined ? [] : [node])),
  ]);
  const isHeld = await held(bus.liveness, runId, nodes);
  return judgeLeftover({ run, deployment, hostId, now: Date.now(), held: isHeld });
}

/** Nodes that were made for another log (the state folder was deleted, the log restored): nobody here may use them. */
async function reclaimOtherLogs(context: ProvisionerContext, items: readonly WorldItem[]): Promise<string[]> {
  const { bus, target } = context;
  const strange = items.filter(({ incarnation }) => incarnation !== undefined && incarnation !== bus.log.incarnation);
  const nodes = new Map(strange.map((item) => [`${item.runId}/${item.node}`, item]));
  for (const { runId, node } of nodes.values()) {
    if (node === undefined) continue;
    await target.release(runId, node);
    await target.destroyNode(runId, node);
  }
  return strange.filter(({ node }) => node !== undefined).map(({ what }) => what);
}

async function sweepRun(context: ProvisionerContext, runId: string): Promise<Reclaimed | undefined> {
  const { target } = context;
  const items = await target.list(runId);
  // For a person: everything that was real, not only what a regular stop would have left.
  const found = items.map(({ what }) => what);
  const foreign = await reclaimOtherLogs(context, items);
  const verdict = await judge(context, runId, items);
  switch (verdict.verdict) {
    case 'keep':
      return foreign.length === 0 ? undefined : { runId, why: 'made for another log', reclaimed: foreign };
    case 'destroy':
      await destroyDeployment(context, runId, verdict);
      return { runId, why: verdict.reason, reclaimed: found };
    case 'reclaim': {
      if (items.length === 0) return undefined;
      await reclaimRun(context, runId);
      return { runId, why: verdict.why, reclaimed: found };
    }
  }
}

/**
 * Lists what is real and what the log calls open, and reclaims what has no right to exist. A run that cannot be swept now
 * does not keep the others from it: it is reported, and looked at again next time.
 */
export async function sweep(
  context: ProvisionerContext,
  lanes: Lanes,
  open: Iterable<string>,
): Promise<readonly Reclaimed[]> {
  const { target, logger } = context;
  const runs = new Set([...open, ...(await target.list()).map(({ runId }) => runId)]);
  const results: Reclaimed[] = [];
  for (const runId of runs) {
    try {
      // Judged outside the lane first: entering it to destroy stops a create, and most runs are simply kept.
      const first = await judge(context, runId, []);
      const strange = (await target.list(runId)).some(
        ({ incarnation }) => incarnation !== undefined && incarnation !== context.bus.log.incarnation,
      );
      // A create in progress removes another log's remains itself.
      if (first.verdict === 'keep' && (!strange || lanes.isBusy(runId))) continue;
      const result = await lanes.destroy(runId, 'sweep', () => sweepRun(context, runId));
      if (result === undefined) continue;
      logger.warn({ run: runId, why: result.why, reclaimed: result.reclaimed }, 'the janitor reclaimed leftovers');
      results.push(result);
    } catch (error) {
      logger.error({ err: error, run: runId }, 'the janitor could not reclaim a run');
    }
  }
  return results;
}
