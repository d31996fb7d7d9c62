import type { Problem } from '@benchbus/suites';
import type { RunHold } from './run-hold.ts';

type In<S extends RunHold['state']> = Extract<RunHold, { state: S }>;

/** Which runs a `release` is about: those that are kept, and those whose release goes on anyway. */
export interface ReleasePlan {
  readonly kept: readonly In<'kept'>[];
  readonly leaving: readonly In<'leaving'>[];
  /** Not over: a release does not touch them. */
  readonly open: readonly (In<'measuring'> | In<'waiting'>)[];
}

function nothingKept(id: string, runs: readonly RunHold[]): Problem {
  const open = runs.find((run) => run.state === 'measuring' || run.state === 'waiting');
  if (open) {
    const does = open.state === 'measuring' ? `is still measuring (stage ${open.stage})` : 'has not begun yet';
    return {
      code: 'RUN_OPEN',
      message: `run ${open.runId} ${does}: there is nothing kept to release`,
      where: 'ID',
      hint: `wait for it (benchbus watch ${open.suiteId}), or cancel it instead: benchbus cancel ${open.suiteId}`,
    };
  }
  const last = runs.reduce<string>(
    (latest, run) => (run.state === 'released' && run.since > latest ? run.since : latest),
    '',
  );
  const what = runs.length === 1 && runs[0]?.runId === id ? 'run' : 'suite';
  return {
    code: 'NOTHING_KEPT',
    message: `${what} ${id} is over and released since ${last}`,
    where: 'ID',
    hint: 'nothing is left to release; `keep` in the suite file keeps the nodes of a run',
  };
}

/** What can be released of these runs (all of suite or run `id`), or why nothing can. */
export function decideRelease(id: string, runs: readonly RunHold[]): ReleasePlan | { readonly problem: Problem } {
  const kept = runs.filter((run) => run.state === 'kept');
  const leaving = runs.filter((run) => run.state === 'leaving');
  if (kept.length + leaving.length === 0) return { problem: nothingKept(id, runs) };
  const open = runs.filter((run) => run.state === 'measuring' || run.state === 'waiting');
  return { kept, leaving, open };
}
