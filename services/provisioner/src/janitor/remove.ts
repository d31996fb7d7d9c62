import { problemOf } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import { destroyDeployment, reclaimRun } from '../app/destroy-deployment.ts';
import type { Lanes } from '../app/lanes.ts';
import type { ProvisionerContext } from '../app/provisioner-context.ts';
import type { RunLeftovers } from '../domain/find-leftovers.ts';
import type { WorldItem } from '../target/target.ts';
import { lookAt } from './look.ts';

export interface Removal {
  readonly found: RunLeftovers;
  /** `what` of the items that are still there. */
  readonly left: ReadonlySet<string>;
  readonly problem?: Problem;
}

/** Nodes that were made for another log (the state folder was deleted, the log restored): nobody here may use them. */
async function removeNodes({ targets }: ProvisionerContext, items: readonly WorldItem[]): Promise<void> {
  const nodes = new Map(items.map((item) => [`${item.runId}/${item.node}`, item]));
  for (const { runId, node } of nodes.values()) {
    if (node === undefined) continue;
    await targets.release(runId, node);
    await targets.destroyNode(runId, node);
  }
}

async function removeNow(context: ProvisionerContext, found: RunLeftovers): Promise<void> {
  const { runId, act, items } = found;
  if (act === 'other log') return removeNodes(context, items);
  if (act.verdict === 'reclaim') await reclaimRun(context, runId);
  else await destroyDeployment(context, runId, act);
}

/**
 * Removes what was found of a run, in the run's lane, after looking again: much may have happened since. Undefined when
 * nothing is left to be removed by then.
 */
export function remove(context: ProvisionerContext, lanes: Lanes, runId: string): Promise<Removal | undefined> {
  return lanes.destroy(runId, 'sweep', async () => {
    const found = await lookAt(context, runId);
    if (found === undefined) return undefined;
    const after = async (problem?: Problem): Promise<Removal> => {
      const there = new Set((await context.targets.list(runId)).map(({ what }) => what));
      const left = new Set(found.items.map(({ what }) => what).filter((what) => there.has(what)));
      return { found, left, ...(problem === undefined ? {} : { problem }) };
    };
    try {
      await removeNow(context, found);
      return await after();
    } catch (error) {
      return await after(problemOf(error));
    }
  });
}
