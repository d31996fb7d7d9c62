import type { Test } from '../../model/suite.ts';
import type { Layout } from '../layout.ts';
import { nodesWith } from '../layout.ts';
import { pgbouncerUp, serverUp, serversUp } from '../milestones.ts';
import type { KeptData, PlannedNode, PlannedProcess, StartAfter } from '../plan.ts';

/** Everything that a measurement must not see start: servers, pools, and what watches them. */
export function databaseUp(layout: Layout, nodes: readonly PlannedNode[]): StartAfter[] {
  const exporters = nodes.flatMap(({ name, processes }) =>
    processes
      .filter(({ kind }) => kind.endsWith('-exporter'))
      .map(({ kind }): StartAfter => ({ node: name, process: kind, until: 'serving' })),
  );
  // A moment after the standbys stream: commits before that are those of an asynchronous cluster.
  const synchronous: StartAfter[] = layout.patroni?.synchronousMode
    ? [{ ...serverUp(layout, layout.primary), until: 'synchronous' }]
    : [];
  const loose = layout.patroni
    ? []
    : nodesWith(layout, 'etcd').map(({ name }): StartAfter => ({ node: name, process: 'etcd', until: 'quorum' }));
  return [
    ...loose,
    ...serversUp(layout),
    ...synchronous,
    ...nodesWith(layout, 'pgbouncer').map(pgbouncerUp),
    ...exporters,
  ];
}

export interface LoadPart {
  readonly startAfter: readonly StartAfter[];
  /** Which repeat of the test, from 1. */
  readonly repeat: number;
  readonly kept: KeptData | undefined;
}

export const loadProcess = (
  { workload, faults, repeat: { times, reset } }: Test,
  { startAfter, repeat: index, kept }: LoadPart,
): PlannedProcess => ({
  kind: 'load',
  workload,
  ...(faults === undefined ? {} : { faults }),
  ...(times === 1 ? {} : { repeat: { index, times, reset } }),
  ...(kept === undefined ? {} : { kept }),
  ...(startAfter.length === 0 ? {} : { startAfter: [...startAfter] }),
});
