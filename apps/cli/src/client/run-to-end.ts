import type { AnyRecorded, EventBus } from '@benchbus/events';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { endsRun, onlyKeeps } from '../domain/kept-until.ts';
import type { SuiteResults } from '../domain/suite-results.ts';
import { suiteResults } from '../domain/suite-results.ts';
import { Live } from '../render/live.ts';
import type { Paint } from '../render/style.ts';
import { cancelOnInterrupt } from './cancel-on-interrupt.ts';
import { CANCEL_TIMEOUT_MS } from './cancel-suite.ts';
import { loadSuiteEvents } from './load-suite-events.ts';
import { stderrScreen } from './screen.ts';
import type { Submission } from './submit-suite.ts';
import { submitSuite, waitForAcceptance } from './submit-suite.ts';
import { watchSuite } from './watch-suite.ts';

export interface RunToEndOptions {
  readonly suite: Submission;
  readonly paint: Paint;
  /** Aborts at the first Ctrl-C: the suite is cancelled, and its end awaited. */
  readonly interrupted: AbortSignal;
  /** Aborts when waiting any longer is useless (the stack failed). */
  readonly hopeless?: AbortSignal;
  /** Called once when all runs are over while some are kept: there is all to be had, and the end may be hours away. */
  readonly onKept?: (results: SuiteResults) => void;
}

/** Runs a suite and shows it live; its results and the exit code they amount to. */
export async function runToEnd(
  bus: EventBus,
  options: RunToEndOptions,
): Promise<{ readonly exitCode: ExitCode; readonly results: SuiteResults }> {
  const { suite, paint, interrupted, hopeless, onKept } = options;
  const suiteId = await submitSuite(bus, suite, interrupted);
  const live = new Live(stderrScreen(), paint, () => Date.now());
  live.line(`suite ${paint('bold', suiteId)}${suite.rerunOf === undefined ? '' : ` repeats ${suite.rerunOf}`}`);
  const tooLate = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const cancel = cancelOnInterrupt(bus, suiteId, interrupted, () => {
    live.line(paint('yellow', 'cancelling the suite and releasing what it holds; Ctrl-C again ends at once'));
    timer = setTimeout(() => tooLate.abort(new Error(`suite ${suiteId} did not end in time`)), CANCEL_TIMEOUT_MS);
  });
  const signal = AbortSignal.any([tooLate.signal, cancel.failed, ...(hopeless ? [hopeless] : [])]);
  const events: AnyRecorded[] = [];
  let told = false;
  const onEvent = (event: AnyRecorded): void => {
    events.push(event);
    live.event(event);
    if (told || !endsRun(event) || !onlyKeeps(events, Date.now())) return;
    told = true;
    live.around(() => onKept?.(suiteResults(suiteId, events)));
  };
  try {
    const from = await waitForAcceptance(bus, suiteId, { requested: cancel.requested, failed: signal });
    const state = await watchSuite(bus, {
      suiteId,
      from,
      onEvent,
      onProgress: (progress) => live.progress(progress),
      onWaiting: (runId, waiting) => live.waiting(runId, waiting),
      signal,
    });
    live.end();
    const results = suiteResults(suiteId, await loadSuiteEvents(bus, suiteId));
    const ended = state === 'completed' ? EXIT.success : EXIT.failed;
    return { results, exitCode: state === 'cancelled' ? EXIT.cancelled : ended };
  } finally {
    live.end();
    clearTimeout(timer);
    cancel.dispose();
  }
}
