import { BenchbusError, parseSubject, problemOfLetter, provisionerDurable } from '@benchbus/events';
import type { Again, AnyRecorded, ConsumeOptions, ParkedLetter } from '@benchbus/events';
import { TERRAFORM_LATER } from '../terraform/domain/problems.ts';
import { createDeployment, failAttempt, nextStep } from './create-deployment.ts';
import { destroyDeployment } from './destroy-deployment.ts';
import type { Lanes } from './lanes.ts';
import type { ProvisionerContext } from './provisioner-context.ts';
import { releaseKept } from './release-kept.ts';
import { readRun } from './views.ts';

/** Events of a run that change what is to be done; the others are passed over without reading the log. */
const RELEVANT = new Set([
  'RunDeploymentRequested',
  'RunReleaseRequested',
  'RunCancelling',
  'RunFailed',
  'RunCancelled',
  'RunCompleted',
]);

const ENDS = new Set(['RunFailed', 'RunCancelled', 'RunCompleted']);

/** What a destroy may meet, and does not meet for ever. */
const LATER = new Set([
  'NODE_UNDESTROYABLE',
  'TARGET_NOT_SERVED',
  'DOCKER_UNREACHABLE',
  'DOCKER_TLS_FAILED',
  'DOCKER_REFUSED',
  'DISK_FULL',
  ...TERRAFORM_LATER,
]);

const LOOK_AGAIN_MS = 500;

/** Of a host that is gone the consumer would wait, and be told of as behind, for ever. */
const FORGET_AFTER_MS = 7 * 24 * 3_600_000;

const runIdOf = (subject: string): string | undefined => parseSubject(subject)?.ids[0];

/** Looks at the log and does what it says for the run; the message that led here is only a hint. */
export async function handleRun(
  context: ProvisionerContext,
  lanes: Lanes,
  runId: string,
  retryMs: number,
): Promise<Again | undefined> {
  const step = await nextStep(context, runId);
  switch (step.do) {
    case 'nothing':
      return undefined;
    case 'halt':
      lanes.stopCreate(runId, step.why);
      return undefined;
    case 'destroy': {
      const left = await lanes
        .destroy(runId, 'release', () => destroyDeployment(context, runId, step))
        .catch((error: unknown) => {
          // A process in state D, a busy file system, an engine that is away: again later, as often as needed; the log says it is not destroyed.
          if (!(error instanceof BenchbusError) || !LATER.has(error.code)) throw error;
          context.logger.error({ run: runId, ...error.problem }, 'a node could not be destroyed');
          return undefined;
        });
      return left?.length === 0 ? undefined : { againInMs: retryMs };
    }
    default: {
      const outcome = await lanes.create(runId, (signal) => createDeployment(context, runId, signal));
      // Whatever overtook it may have found nothing to do: the log decides again, soon.
      return outcome === 'overtaken' ? { againInMs: LOOK_AGAIN_MS } : undefined;
    }
  }
}

/**
 * After a start: goes on with every open run at once. Their messages would come back too, but only when the server has
 * noticed that the killed process does not acknowledge them.
 */
export async function resumeRuns(
  context: ProvisionerContext,
  lanes: Lanes,
  runs: Iterable<string>,
  retryMs: number,
): Promise<void> {
  const resume = (runId: string) =>
    handleRun(context, lanes, runId, retryMs).catch((error: unknown) => {
      context.logger.warn({ run: runId, err: error }, 'a run could not be resumed; its message will come again');
    });
  await Promise.all([...runs].map(resume));
}

/** Nobody shall wait for ever for a message that was parked. */
async function onParked(context: ProvisionerContext, letter: ParkedLetter): Promise<void> {
  const runId = runIdOf(letter.subject);
  if (runId === undefined) return;
  const { queued } = await readRun(context.bus.log, runId);
  // A letter may come late, or again: an attempt that was asked for after its message is none of its business.
  const which = { askedBy: letter.sequence };
  await failAttempt(context, runId, queued?.data.suiteId ?? runId, problemOfLetter(letter), which);
}

/** The host's own durable consumer: other hosts have theirs, and ignore this host's runs. */
export const runEvents = (context: ProvisionerContext, lanes: Lanes, retryMs: number): ConsumeOptions<AnyRecorded> => ({
  name: provisionerDurable(context.hostId),
  subjects: ['evt.run.>'],
  // A create waits for its runners within its message: releases must not queue behind many of them.
  concurrency: 256,
  forgetAfterMs: FORGET_AFTER_MS,
  handle: async (event) => {
    const runId = runIdOf(event.subject);
    if (runId === undefined || !RELEVANT.has(event.name)) return;
    if (event.name === 'RunDeploymentRequested' && event.data.hostId !== context.hostId) return;
    // Of any host's run: it may have been the last that could start from what is kept here.
    if (ENDS.has(event.name)) await releaseKept(context, event.correlation);
    return handleRun(context, lanes, runId, retryMs);
  },
  onParked: (letter) => onParked(context, letter),
});
