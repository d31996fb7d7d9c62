import { z } from 'zod';
import type { Run } from '../domain/run.ts';
import { Refusal } from '../engine-error.ts';
import type { Core, Tx } from '../engine/core.ts';
import { cancelRun } from '../engine/transitions.ts';
import { replayRun } from '../engine/triggering.ts';
import { countByStatus, queryRunIds, type RunFilter } from '../store/run-query.ts';
import type { RestRequest, Routes } from './router.ts';
import { iso, logLine, pagination, runDetails, taskEvent, taskSummary } from './shapes.ts';

const DEFAULT_LIMIT = 50;
/** Of the real engine, for the filter form of cancel and replay. */
const MAX_BULK = 20_000;
const STATUSES = ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const listQuery = z.object({
  since: time,
  until: time.optional(),
  statuses: z.array(z.enum(STATUSES)).default([]),
  workflow_ids: z.array(z.string()).default([]),
  additional_metadata: z.array(z.string()).default([]),
  worker_id: z.string().optional(),
  parent_task_external_id: z.string().optional(),
  include_payloads: z.enum(['true', 'false']).default('true'),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).default(DEFAULT_LIMIT),
});
const LISTS = new Set(['statuses', 'workflow_ids', 'additional_metadata']);

const bulkBody = z.object({
  externalIds: z.array(z.string()).nullish(),
  filter: z
    .object({
      since: time,
      until: time.nullish(),
      statuses: z.array(z.enum(STATUSES)).nullish(),
      workflowIds: z.array(z.string()).nullish(),
      additionalMetadata: z.array(z.string()).nullish(),
    })
    .nullish(),
});

/** Runs and tasks: list, details, cancel, replay, logs. */
export function runRoutes(core: Core): Routes {
  const found = (id: string | undefined): Run => {
    const run = core.runs.get(id ?? '');
    if (!run) throw new Refusal('not-found', `run ${id ?? ''} does not exist`);
    return run;
  };
  return {
    'GET /api/v1/stable/tenants/:tenant/workflow-runs': ({ query }) => listRuns(core, query),
    'GET /api/v1/stable/workflow-runs/:id': ({ params }) => runDetails(core, found(params['id'])),
    'GET /api/v1/stable/workflow-runs/:id/status': ({ params }) => found(params['id']).status,
    'GET /api/v1/stable/workflow-runs/:id/task-events': ({ params, query }) => events(core, found(params['id']), query),
    'GET /api/v1/stable/tasks/:id': ({ params }) => taskSummary(core, found(params['id']), true),
    'GET /api/v1/stable/tasks/:id/task-events': ({ params, query }) => events(core, found(params['id']), query),
    'GET /api/v1/stable/tasks/:id/logs': ({ params, query }) => logs(core, found(params['id']), query),
    'POST /api/v1/stable/tenants/:tenant/tasks/cancel': (request) =>
      bulk(core, request, (tx, id) => cancelKnown(core, tx, id)),
    'POST /api/v1/stable/tenants/:tenant/tasks/replay': (request) =>
      bulk(core, request, (tx, id) => replayRun(core, tx, id)),
    'GET /api/v1/stable/tenants/:tenant/task-metrics': () => {
      const counts = countByStatus(core.db);
      return STATUSES.map((status) => ({ status, count: counts.get(status) ?? 0 }));
    },
  };
}

function listRuns(core: Core, query: URLSearchParams) {
  const raw: Record<string, unknown> = {};
  for (const key of query.keys()) raw[key] = LISTS.has(key) ? query.getAll(key) : (query.get(key) ?? undefined);
  const options = parse(listQuery, raw);
  const filter: RunFilter = {
    since: options.since,
    until: options.until,
    statuses: options.statuses,
    workflowIds: options.workflow_ids,
    metadata: options.additional_metadata,
    workerId: options.worker_id,
    parentTaskId: options.parent_task_external_id,
  };
  const ids = queryRunIds(core.db, filter);
  const { offset, limit } = options;
  const withPayloads = options.include_payloads === 'true';
  const page = ids.slice(offset, offset + limit).flatMap((id) => core.runs.get(id) ?? []);
  return {
    rows: page.map((run) => taskSummary(core, run, withPayloads)),
    pagination: pagination(ids.length, offset, limit),
  };
}

/** Finished runs are named in the answer, too, but nothing happens to them. */
function cancelKnown(core: Core, tx: Tx, id: string): boolean {
  cancelRun(core, tx, id, 'Cancelled by user');
  return core.runs.get(id) !== undefined;
}

/** Applies to the named runs, or to those the filter matches; answers with the ids it applied to. */
function bulk(core: Core, request: RestRequest, apply: (tx: Tx, id: string) => boolean): { ids: string[] } {
  const { externalIds, filter } = parse(bulkBody, request.body);
  if (!externalIds && !filter) throw new Refusal('invalid', 'name externalIds or a filter');
  const ids = externalIds ?? (filter ? queryRunIds(core.db, toFilter(filter)).slice(0, MAX_BULK) : []);
  return { ids: core.transact('full', (tx) => ids.filter((id) => apply(tx, id))) };
}

function toFilter(filter: NonNullable<z.infer<typeof bulkBody>['filter']>): RunFilter {
  return {
    since: filter.since,
    until: filter.until ?? undefined,
    statuses: filter.statuses ?? [],
    workflowIds: filter.workflowIds ?? [],
    metadata: filter.additionalMetadata ?? [],
  };
}

const eventQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  // As in the real engine: who asks for no page gets none.
  limit: z.coerce.number().int().min(0).default(0),
});

function events(core: Core, run: Run, query: URLSearchParams) {
  const { offset, limit } = parse(eventQuery, Object.fromEntries(query));
  const { displayName } = taskSummary(core, run, false);
  return {
    rows: core.history
      .taskEvents(run.id)
      .map((event) => taskEvent(event, displayName))
      .toReversed()
      .slice(offset, offset + limit),
    pagination: {},
  };
}

const logQuery = z.object({
  limit: z.coerce.number().int().min(1).default(1_000),
  since: time.optional(),
  until: time.optional(),
  search: z.string().default(''),
  levels: z.array(z.string()).default([]),
  attempt: z.coerce.number().int().optional(),
  order_by_direction: z.enum(['ASC', 'DESC']).default('ASC'),
});

function logs(core: Core, run: Run, query: URLSearchParams) {
  const levels = query.getAll('levels');
  const options = parse(logQuery, { ...Object.fromEntries(query), levels });
  const rows = core.history
    .logs(run.id)
    .map((line) => ({ ...logLine(line), at: line.at }))
    .filter((line) => options.since === undefined || line.at >= options.since)
    .filter((line) => options.until === undefined || line.at <= options.until)
    .filter((line) => line.message.includes(options.search))
    .filter((line) => levels.length === 0 || levels.includes(line.level ?? ''))
    .filter((line) => options.attempt === undefined || line.attempt === options.attempt)
    .map(({ at, ...line }) => ({ ...line, createdAt: iso(at) }));
  const ordered = options.order_by_direction === 'DESC' ? rows.toReversed() : rows;
  return { rows: ordered.slice(0, options.limit), pagination: pagination(rows.length, 0, options.limit) };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal(
    'invalid',
    result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
  );
}
