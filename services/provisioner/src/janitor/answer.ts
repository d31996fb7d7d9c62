import { hostJanitor, problemOf } from '@benchbus/events';
import type { Leftover } from '@benchbus/events';
import type { StaleLock } from '../adapters/pool-lock.ts';
import type { Lanes } from '../app/lanes.ts';
import { sweepKept } from '../app/release-kept.ts';
import type { ProvisionerContext } from '../app/provisioner-context.ts';
import { findings, sweep } from './sweep.ts';

export interface JanitorHost {
  readonly context: ProvisionerContext;
  readonly lanes: Lanes;
  readonly open: Iterable<string>;
  readonly hostname: string;
  readonly staleLocks: () => readonly StaleLock[];
}

async function judgeLock({ what, why, remove }: StaleLock, dryRun: boolean): Promise<Leftover> {
  const finding = { kind: 'lock', what, why } as const;
  if (dryRun) return { ...finding, outcome: 'would be removed' };
  try {
    await remove();
    return { ...finding, outcome: 'removed' };
  } catch (error) {
    return { ...finding, outcome: 'left', problem: problemOf(error, 'LOCK_UNREMOVABLE') };
  }
}

/** Answers `benchbus janitor`: looks now; the dry run is the same look, without what follows it. */
export function answerJanitor(host: JanitorHost): Promise<{ stop(): Promise<void> }> {
  const { context, lanes, open, hostname, staleLocks } = host;
  return context.bus.questions.answer(hostJanitor(context.hostId), async ({ dryRun }) => {
    const ofRuns = await (dryRun ? findings : sweep)(context, lanes, open);
    const ofKept = await sweepKept(context, dryRun);
    const ofLocks: Leftover[] = [];
    for (const lock of staleLocks()) ofLocks.push(await judgeLock(lock, dryRun));
    return { hostname, leftovers: [...ofRuns, ...ofKept, ...ofLocks] };
  });
}
