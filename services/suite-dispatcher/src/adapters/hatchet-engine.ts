import { BENCH_RUN, runMetadata, type Hatchet } from '@benchbus/tasks';
import type { Engine, EngineRun, EngineStatus } from '../application/engine.ts';

/** The engine lists the last hour unless told otherwise, and a run may take days. */
const EVER = new Date(0);
const PAGE = 500;

interface Listed {
  readonly metadata: { readonly id: string };
  readonly status: string;
  readonly createdAt: string;
  readonly additionalMetadata?: unknown;
}

function engineRun(row: Listed): EngineRun[] {
  const { run, suite } = (row.additionalMetadata ?? {}) as { run?: string; suite?: string };
  if (run === undefined || suite === undefined) return [];
  return [{ engineRunId: row.metadata.id, runId: run, suiteId: suite, status: row.status as EngineStatus }];
}

/** The Hatchet engine seen from outside a task: gRPC to trigger, REST to list and cancel. */
export function hatchetEngine(hatchet: Hatchet): Engine {
  const list = async (filter: { run?: string; alive?: boolean; workflow?: string }): Promise<EngineRun[]> => {
    const { rows } = await hatchet.runs.list({
      onlyTasks: false,
      since: EVER,
      limit: PAGE,
      ...(filter.run === undefined ? {} : { additionalMetadata: { run: filter.run } }),
      ...(filter.workflow === undefined ? {} : { workflowNames: [filter.workflow] }),
      ...(filter.alive ? { statuses: ['QUEUED', 'RUNNING'] as never } : {}),
    });
    const newestFirst = [...(rows as Listed[])].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    return newestFirst.flatMap(engineRun);
  };
  return {
    async start(suiteId, runId) {
      await hatchet.admin.runWorkflow(
        BENCH_RUN,
        { suiteId, runId },
        { additionalMetadata: runMetadata(suiteId, runId) },
      );
    },
    async stop(runId) {
      const ids = (await list({ run: runId, alive: true })).map(({ engineRunId }) => engineRunId);
      if (ids.length > 0) await hatchet.runs.cancel({ ids });
    },
    executions: (runId) => list({ run: runId, workflow: BENCH_RUN }),
    alive: () => list({ alive: true }),
  };
}
