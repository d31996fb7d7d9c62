import { namedEffect } from '@benchbus/service';
import { BENCH_RUN, dispatcherLabels, requireLabels, runMetadata, type Hatchet, type Owner } from '@benchbus/tasks';
import type { Engine, EngineRun, EngineStatus } from '../application/engine.ts';

/** The engine lists the last hour unless told otherwise, and a run may take days. */
const EVER = new Date(0);
const PAGE = 500;

interface Listed {
  readonly metadata: { readonly id: string };
  readonly status: string;
  readonly createdAt: string;
  readonly workflowName?: string;
  readonly additionalMetadata?: unknown;
}

/** Another installation may have a run of the same id, and the engine narrows by one pair of metadata only. */
function engineRun(row: Listed, owner: Owner): EngineRun[] {
  const { run, suite, log } = (row.additionalMetadata ?? {}) as { run?: string; suite?: string; log?: string };
  if (run === undefined || suite === undefined || log !== owner.log) return [];
  return [{ engineRunId: row.metadata.id, runId: run, suiteId: suite, status: row.status as EngineStatus }];
}

/** The Hatchet engine seen from outside a task: gRPC to trigger, REST to list and cancel. Sees the owner's runs only. */
export function hatchetEngine(hatchet: Hatchet, owner: Owner): Engine {
  // The SDK puts the namespace before the names it sends, but not before those it compares.
  const benchRun = `${hatchet.config.namespace ?? ''}${BENCH_RUN}`;

  const rows = async (filter: { run: string } | { log: string }, alive: boolean): Promise<Listed[]> => {
    const found: Listed[] = [];
    for (;;) {
      const page = await hatchet.runs.list({
        onlyTasks: false,
        since: EVER,
        limit: PAGE,
        offset: found.length,
        additionalMetadata: { ...filter },
        ...(alive ? { statuses: ['QUEUED', 'RUNNING'] as never } : {}),
      });
      found.push(...(page.rows as Listed[]));
      if (page.rows.length < PAGE) return found.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    }
  };
  const ours = (listed: Listed[]): EngineRun[] => listed.flatMap((row) => engineRun(row, owner));

  return {
    async start(suiteId, runId, test) {
      const options = {
        additionalMetadata: { ...runMetadata(owner, suiteId, runId, test) },
        desiredWorkerLabels: requireLabels(dispatcherLabels(owner.log)),
      };
      await namedEffect('engine-start', () =>
        hatchet.admin.runWorkflow(BENCH_RUN, { log: owner.log, suiteId, runId }, options),
      );
    },
    async stop(runId) {
      const ids = ours(await rows({ run: runId }, true)).map(({ engineRunId }) => engineRunId);
      if (ids.length > 0) await namedEffect('engine-stop', () => hatchet.runs.cancel({ ids }));
    },
    executions: async (runId) =>
      ours((await rows({ run: runId }, false)).filter(({ workflowName }) => workflowName === benchRun)),
    alive: async () => ours(await rows({ log: owner.log }, true)),
  };
}
