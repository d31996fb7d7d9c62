import type { RunView } from './run-view.ts';

/** How long each of a run's workloads was measured, in seconds, without set-up and warm-up. */
export const measuredSeconds = ({ edges }: Pick<RunView, 'edges'>): number[] =>
  [...edges.values()].flatMap(({ workload }) =>
    [...workload.values()].flatMap((outcome) =>
      outcome.name === 'WorkloadFinished' ? [outcome.data.summary.durationSeconds] : [],
    ),
  );
