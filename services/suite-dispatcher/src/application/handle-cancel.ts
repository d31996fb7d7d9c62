import { BenchbusError, decideAndAppend, subjects, type Again, type EventBus, type Request } from '@benchbus/events';
import type { Logger } from 'pino';
import { decideCancel, isLeaving, type CancelStep } from '../domain/decide-cancel.ts';
import { evolveRun, initialRunState } from '../domain/run-state.ts';
import type { SuiteIndex } from './suite-index.ts';

export interface CancelOptions {
  readonly bus: Pick<EventBus, 'log' | 'requestsOf'>;
  readonly index: Pick<SuiteIndex, 'get'>;
  readonly logger: Logger;
  /** How long a cancel waits for its suite, in ms. */
  readonly cancelWaitsMs: number;
  readonly clock: () => number;
}

/**
 * Turns a request to cancel into the fact it calls for, if any; docs/reference/cancel.md lists what that is in which state.
 * @throws BenchbusError SUITE_UNKNOWN (then it is parked)
 */
export async function handleCancel(
  request: Request<'SuiteCancelRequested'>,
  options: CancelOptions,
): Promise<void | Again> {
  const { bus, clock, cancelWaitsMs: waitMs, logger } = options;
  const { suiteId } = request;
  const requests = await bus.requestsOf(suiteId);
  const leaving = await everyRunLeaves(suiteId, options);
  let step: CancelStep = { kind: 'nothing' };
  await decideAndAppend(bus.log, subjects.suite(suiteId), (history) => {
    step = decideCancel(request, { history, requests, leaving, now: clock(), waitMs });
    return step.kind === 'append' ? step.draft : undefined;
  });
  // TypeScript does not see that the callback assigns.
  const done = step as CancelStep;
  if (done.kind === 'unknown') throw suiteUnknown(suiteId, { permanent: true });
  logger.info({ suite: suiteId, outcome: done.kind === 'append' ? done.draft.name : done.kind }, 'cancel requested');
  return done.kind === 'later' ? { againInMs: done.at - clock() } : undefined;
}

async function everyRunLeaves(suiteId: string, { bus, index }: CancelOptions): Promise<boolean> {
  const suite = index.get(suiteId);
  for (const { runId } of suite?.accepted?.data.runs ?? []) {
    if (isLeaving(suite?.runs.get(runId))) continue;
    // The index may be a moment behind; mostly the first run looked at settles it.
    if (!isLeaving((await bus.log.read(subjects.run(runId))).reduce(evolveRun, initialRunState))) return false;
  }
  return suite?.accepted !== undefined;
}

export const suiteUnknown = (suiteId: string, options?: { readonly permanent: boolean }): BenchbusError =>
  new BenchbusError(
    {
      code: 'SUITE_UNKNOWN',
      message: `there is no suite ${suiteId}`,
      where: subjects.suite(suiteId),
      hint: '`benchbus list` shows the suites there are',
    },
    options,
  );
