import { phaseOf, RUN_PHASES, type RunPhase } from './run-phase.ts';
import type { SuiteState } from './suite-state.ts';

export interface OpenFigures {
  /** Accepted and not over. */
  readonly suites: number;
  /** Runs that are not released, of suites that are over, too: what is overdue is still there. */
  readonly runs: Readonly<Record<RunPhase, number>>;
  /** Of these runs those that have asked for a host and a block. */
  readonly leases: number;
}

/** What operators count. `left`: suites that are over, with the runs they left unreleased. */
export function openFigures(open: Iterable<SuiteState>, left: Iterable<SuiteState>): OpenFigures {
  const suites = [...open];
  const runs = [...suites, ...left].flatMap((suite) => [...suite.runs.values()]);
  const phases = runs.map(phaseOf);
  const count = (phase: RunPhase): number => phases.filter((one) => one === phase).length;
  return {
    suites: suites.length,
    runs: Object.fromEntries(RUN_PHASES.map((phase) => [phase, count(phase)])) as Record<RunPhase, number>,
    leases: runs.filter(({ networkRequested, released }) => networkRequested && !released).length,
  };
}
