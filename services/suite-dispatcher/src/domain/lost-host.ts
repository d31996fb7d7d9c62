import type { Problem, Stage } from '@benchbus/suites';
import { runFailed } from './drafts.ts';
import type { RunView } from './run-view.ts';
import type { Step } from './step.ts';

const HINT = '`benchbus hosts list` shows the hosts; start the suite again once one of the target lives';

/** Nobody makes the nodes: the host has been away for long. Once they are there, their runners are watched (EDGE_LOST). */
export const hostAway = (hostId: string): Problem => ({
  code: 'HOST_LOST',
  message: 'the host that was to make the nodes gives no sign of life',
  where: `host ${hostId}`,
  hint: HINT,
});

/** Ends a run whose host is gone for good, in whatever stage it is: it has lost its nodes, and its addresses are given back. */
export function lostWithHost(view: RunView): Step | undefined {
  const { lost, run } = view;
  if (lost === undefined) return undefined;
  const problem: Problem = {
    code: 'HOST_LOST',
    message: `an operator said that the host is gone for good: ${lost.reason}`,
    where: `host ${lost.hostId}`,
    hint: HINT,
  };
  const latest = Object.entries(run.stages).toSorted(([, a], [, b]) => b.sequence - a.sequence)[0];
  const [stage, started] = latest ?? [];
  return { kind: 'append', draft: runFailed(view, problem, stage as Stage | undefined, started?.data.attempt) };
}
