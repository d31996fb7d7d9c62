import type { Leftover } from '@benchbus/events';
import { reportOf } from '../domain/find-leftovers.ts';
import type { Lanes } from '../app/lanes.ts';
import type { ProvisionerContext } from '../app/provisioner-context.ts';
import { look, unseenRun } from './look.ts';
import { remove } from './remove.ts';
import type { Removal } from './remove.ts';

/** What a sweep would remove, were it not a dry run. */
export async function findings(
  context: ProvisionerContext,
  lanes: Lanes,
  open: Iterable<string>,
): Promise<readonly Leftover[]> {
  const { found, unseen } = await look(context, lanes, open);
  return [...unseen, ...found.flatMap((one) => reportOf(one, () => ({ outcome: 'would be removed' })))];
}

function report({ found, left, problem }: Removal): Leftover[] {
  return reportOf(found, (item) => {
    const isLeft = item === undefined ? problem !== undefined : left.has(item.what);
    if (!isLeft) return { outcome: 'removed' };
    return { outcome: 'left', ...(problem === undefined ? {} : { problem }) };
  });
}

/**
 * Looks for what has no right to exist, and removes it. A run that cannot be swept now does not keep the others from it: it
 * is reported, and looked at again next time.
 */
export async function sweep(
  context: ProvisionerContext,
  lanes: Lanes,
  open: Iterable<string>,
): Promise<readonly Leftover[]> {
  const { logger } = context;
  const { found: all, unseen } = await look(context, lanes, open);
  const results: Leftover[] = [...unseen];
  for (const { runId } of all) {
    try {
      const removal = await remove(context, lanes, runId);
      if (removal === undefined) continue;
      const { found, left, problem } = removal;
      const reclaimed = found.items.map(({ what }) => what).filter((what) => !left.has(what));
      if (problem !== undefined || left.size > 0)
        logger.error(
          { run: runId, why: found.why, left: [...left], ...problem },
          'the janitor could not reclaim a run',
        );
      else logger.warn({ run: runId, why: found.why, reclaimed }, 'the janitor reclaimed leftovers');
      results.push(...report(removal));
    } catch (error) {
      logger.error({ err: error, run: runId }, 'the janitor could not reclaim a run');
      results.push(unseenRun(runId, error));
    }
  }
  return results;
}
