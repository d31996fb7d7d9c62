import type { Liveness } from '@benchbus/events';
import type { Lanes } from '../app/lanes.ts';
import type { ProvisionerContext } from '../app/provisioner-context.ts';
import { readDeployment, readRun } from '../app/views.ts';
import { findLeftovers } from '../domain/find-leftovers.ts';
import type { RunLeftovers } from '../domain/find-leftovers.ts';
import { judgeLeftover } from '../domain/judge-leftover.ts';

async function held(liveness: Liveness, runId: string, nodes: Iterable<string>): Promise<boolean> {
  for (const node of nodes) if ((await liveness.holder(`edge.${runId}.${node}`)) !== undefined) return true;
  return false;
}

/** Looks at one run, in the real world and in the log; changes nothing. `lanes`: who is busy with it is left alone. */
export async function lookAt(
  { bus, hostId, target }: ProvisionerContext,
  runId: string,
  lanes?: Lanes,
): Promise<RunLeftovers | undefined> {
  const busy = lanes?.isBusy(runId) ?? false;
  const items = await target.list(runId);
  const [run, deployment] = await Promise.all([readRun(bus.log, runId), readDeployment(bus.log, runId)]);
  const nodes = new Set([
    ...deployment.everPlanned,
    ...items.flatMap(({ node }) => (node === undefined ? [] : [node])),
  ]);
  const isHeld = await held(bus.liveness, runId, nodes);
  const verdict = judgeLeftover({ run, deployment, hostId, now: Date.now(), held: isHeld });
  return findLeftovers({ runId, verdict, items, incarnation: bus.log.incarnation, busy });
}

/** Everything real, and what the log calls open: a run that cannot be looked at does not keep the others from it. */
export async function look(
  context: ProvisionerContext,
  lanes: Lanes,
  open: Iterable<string>,
): Promise<readonly RunLeftovers[]> {
  const runs = new Set([...open, ...(await context.target.list()).map(({ runId }) => runId)]);
  const found: RunLeftovers[] = [];
  for (const runId of runs) {
    try {
      const leftovers = await lookAt(context, runId, lanes);
      if (leftovers !== undefined) found.push(leftovers);
    } catch (error) {
      context.logger.error({ err: error, run: runId }, 'the janitor could not look at a run');
    }
  }
  return found;
}
