import { problemOf } from '@benchbus/events';
import type { Leftover, Liveness } from '@benchbus/events';
import type { Lanes } from '../app/lanes.ts';
import type { ProvisionerContext } from '../app/provisioner-context.ts';
import { standsIn } from '../app/stands-in.ts';
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
  context: ProvisionerContext,
  runId: string,
  lanes?: Lanes,
): Promise<RunLeftovers | undefined> {
  const { bus, hostId, targets } = context;
  const busy = lanes?.isBusy(runId) ?? false;
  const [run, deployment] = await Promise.all([readRun(bus.log, runId), readDeployment(bus.log, runId)]);
  const items = await targets.having(run.request?.data.target).list(runId);
  const nodes = new Set([
    ...deployment.everPlanned,
    ...items.flatMap(({ node }) => (node === undefined ? [] : [node])),
  ]);
  const isHeld = await held(bus.liveness, runId, nodes);
  const other = run.request?.data.hostId;
  const otherHostLives =
    other !== undefined && other !== hostId && (await bus.liveness.holder(`host.${other}`)) !== undefined;
  const verdict = judgeLeftover({
    ...{ run, deployment, hostId, now: Date.now(), held: isHeld, otherHostLives },
    lost: context.lost?.has(runId) ?? false,
    standsIn: await standsIn(context, run.request, otherHostLives),
  });
  return findLeftovers({ runId, verdict, items, incarnation: bus.log.incarnation, busy });
}

/** What a look found, and the runs that could not be looked at: nobody knows what is left of those. */
export interface Look {
  readonly found: readonly RunLeftovers[];
  readonly unseen: readonly Leftover[];
}

/** A run of which nobody knows what is left: reported as left, since it may be. */
export const unseenRun = (runId: string, error: unknown): Leftover => ({
  kind: 'deployment',
  runId,
  what: 'whatever is left of the run',
  why: 'it could not be looked at',
  outcome: 'left',
  problem: problemOf(error, 'RUN_NOT_LOOKED_AT'),
});

/** Everything real, and what the log calls open: a run that cannot be looked at does not keep the others from it. */
export async function look(context: ProvisionerContext, lanes: Lanes, open: Iterable<string>): Promise<Look> {
  const runs = new Set([...open, ...(await context.targets.listSeen()).map(({ runId }) => runId)]);
  const found: RunLeftovers[] = [];
  const unseen: Leftover[] = [];
  for (const runId of runs) {
    try {
      const leftovers = await lookAt(context, runId, lanes);
      if (leftovers !== undefined) found.push(leftovers);
    } catch (error) {
      context.logger.error({ err: error, run: runId }, 'the janitor could not look at a run');
      unseen.push(unseenRun(runId, error));
    }
  }
  return { found, unseen };
}
