import type { Recorded } from '@benchbus/events';
import type { Lanes } from '../app/lanes.ts';
import type { LostRuns } from '../app/lost-runs.ts';
import type { ProvisionerContext } from '../app/provisioner-context.ts';

/**
 * After a sweep: is anything still there of what was lost with the host up to `loss`? Only if not, the host may offer itself
 * anew. Looked at in the world itself, not in what the sweep said: it may not have seen a target, or have left a run to whoever
 * was busy with it.
 * @throws what a target throws that cannot be listed now: then nobody knows
 */
export async function settleLoss(
  { targets, logger }: Pick<ProvisionerContext, 'targets' | 'logger'>,
  lanes: Pick<Lanes, 'isBusy' | 'destroy'>,
  lost: Pick<LostRuns, 'runs' | 'has' | 'settled' | 'settle'>,
  loss: Recorded<'CapacityLost'> | undefined,
): Promise<void> {
  if (loss === undefined || loss === lost.settled) return;
  // What is being made or removed now is waited for: it may show only afterwards.
  for (const runId of lost.runs) if (lanes.isBusy(runId)) await lanes.destroy(runId, 'settle', () => Promise.resolve());
  const left = new Set((await targets.list()).map(({ runId }) => runId).filter((runId) => lost.has(runId)));
  if (left.size === 0) lost.settle(loss);
  else
    logger.error(
      { runs: [...left] },
      'the host was taken for gone, and what it lost is still here: until it is removed, the host does not offer itself anew',
    );
}
