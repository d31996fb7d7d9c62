import { namedEffect } from '@benchbus/service';
import {
  BENCH_RUN,
  dispatcherLabels,
  EDGE_SETUP,
  EDGE_WORKLOAD,
  requireLabels,
  runMetadata,
  type Hatchet,
  type Owner,
} from '@benchbus/tasks';
import type { Engine, EngineRun } from '../application/engine.ts';
import { createCancelReasons } from './cancel-reasons.ts';

/** The engine lists the last hour unless told otherwise, and a run may take days. */
const EVER = new Date(0);
const PAGE = 500;

interface Filter {
  /** One pair of metadata: the engine takes a row that has any of several. */
  readonly by: { readonly run: string } | { readonly log: string };
  readonly statuses: readonly EngineRun['status'][];
  readonly since?: Date;
  /** Only tasks of these names. */
  readonly names?: ReadonlySet<string>;
}

interface Listed {
  readonly metadata: { readonly id: string };
  readonly status: string;
  readonly workflowName?: string;
  readonly additionalMetadata?: unknown;
}

/** Another installation may have a run of the same id. */
function engineRun(row: Listed, owner: Owner): EngineRun[] {
  const metadata = (row.additionalMetadata ?? {}) as Partial<Record<'run' | 'suite' | 'node' | 'log', string>>;
  const { run, suite, node, log } = metadata;
  if (run === undefined || suite === undefined || log !== owner.log) return [];
  const status = row.status as EngineRun['status'];
  return [
    { engineRunId: row.metadata.id, runId: run, suiteId: suite, status, ...(node === undefined ? {} : { node }) },
  ];
}

/** The Hatchet engine seen from outside a task: gRPC to trigger, REST to list and cancel. Sees the owner's runs only. */
export function hatchetEngine(hatchet: Hatchet, owner: Owner): Engine {
  const reasons = createCancelReasons(hatchet);

  /** All pages. What moves from one to another meanwhile may be missing: the next look has it. */
  const list = async ({ by, statuses, since = EVER, names }: Filter): Promise<EngineRun[]> => {
    const found = new Map<string, EngineRun>();
    for (let offset = 0; ; offset += PAGE) {
      const { rows } = await hatchet.runs.list({
        onlyTasks: false,
        includePayloads: false,
        since,
        offset,
        limit: PAGE,
        statuses: [...statuses] as never,
        additionalMetadata: { ...by },
      });
      const named = (rows as Listed[]).filter(({ workflowName: name }) => !name || (names?.has(name) ?? true));
      for (const one of named.flatMap((row) => engineRun(row, owner))) found.set(one.engineRunId, one);
      if (rows.length < PAGE) return [...found.values()];
    }
  };
  const cancel = async (ids: readonly string[]): Promise<void> => {
    for (let from = 0; from < ids.length; from += PAGE) {
      const page = ids.slice(from, from + PAGE);
      await namedEffect('engine-stop', () => hatchet.runs.cancel({ ids: page }));
    }
  };
  const { log } = owner;
  // Nobody works on what was begun under a namespace that has changed since: no execution of ours, nor a wish if it is cancelled.
  const prefix = hatchet.config.namespace ?? '';
  const names = new Set([BENCH_RUN, EDGE_SETUP, EDGE_WORKLOAD].map((name) => `${prefix}${name}`.toLowerCase()));

  return {
    async start(suiteId, runId, test) {
      const options = {
        additionalMetadata: { ...runMetadata(owner, suiteId, runId, test) },
        desiredWorkerLabels: requireLabels(dispatcherLabels(log)),
      };
      await namedEffect('engine-start', () => hatchet.admin.runWorkflow(BENCH_RUN, { log, suiteId, runId }, options));
    },
    async stop(runId) {
      const alive = await list({ by: { run: runId }, statuses: ['QUEUED', 'RUNNING'] });
      await cancel(alive.map(({ engineRunId }) => engineRunId));
    },
    cancel,
    alive: () => list({ by: { log }, statuses: ['QUEUED', 'RUNNING'], names }),
    async cancelled(runIds, since) {
      const rows = await list({ by: { log }, statuses: ['CANCELLED'], since, names });
      return reasons.of(rows.filter(({ runId, node }) => node === undefined && runIds.has(runId)));
    },
  };
}
