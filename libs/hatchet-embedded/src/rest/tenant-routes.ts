import { z } from 'zod';
import type {
  TenantVersion,
  Worker,
  WorkerStatus,
  WorkerType,
} from '@hatchet-dev/typescript-sdk/clients/rest/generated/data-contracts.js';
import { Refusal } from '../engine-error.ts';
import type { Core } from '../engine/core.ts';
import { knownWorker } from '../engine/sessions.ts';
import type { WorkerState } from '../engine/worker-registry.ts';
import { setPaused } from '../engine/workers.ts';
import { parseMetadata } from '../store/run-query.ts';
import type { Workflow } from '../store/workflow-store.ts';
import type { Routes } from './router.ts';
import { iso, metadataOf, pagination } from './shapes.ts';

const DEFAULT_LIMIT = 50;
const patchBody = z.object({ isPaused: z.boolean().optional() });

/** The tenant, its workers, workflows and pushed events. */
export function tenantRoutes(core: Core, startedAt: number): Routes {
  const { tenantId } = core;
  return {
    'GET /api/v1/tenants/:tenant': () => ({
      metadata: metadataOf(tenantId, startedAt),
      name: 'embedded',
      slug: 'embedded',
      version: 'V1' as TenantVersion,
    }),
    'GET /api/v1/tenants/:tenant/worker': () => ({
      rows: core.workers.all().map((worker) => workerShape(core, worker)),
      pagination: {},
    }),
    'GET /api/v1/workers/:id': ({ params }) => workerShape(core, knownWorker(core, params['id'] ?? '')),
    'PATCH /api/v1/workers/:id': ({ params, body }) => {
      const id = params['id'] ?? '';
      const patch = patchBody.safeParse(body);
      if (!patch.success) throw new Refusal('invalid', 'the body must be {"isPaused": boolean}');
      if (patch.data.isPaused !== undefined) setPaused(core, id, patch.data.isPaused);
      return workerShape(core, knownWorker(core, id));
    },
    'GET /api/v1/tenants/:tenant/workflows': ({ query }) => listWorkflows(core, query),
    'GET /api/v1/workflows/:id': ({ params }) => {
      const workflow = core.workflows.byId(params['id'] ?? '');
      if (!workflow) throw new Refusal('not-found', `workflow ${params['id'] ?? ''} does not exist`);
      return workflowShape(core, workflow);
    },
    'GET /api/v1/stable/tenants/:tenant/events': () => ({
      rows: core.history.events().map((event) => ({
        metadata: metadataOf(event.id, event.at),
        tenantId,
        key: event.key,
        additionalMetadata: parseMetadata(event.metadataJson),
        payload: parseMetadata(event.payload),
        ...(event.scope === null ? {} : { scope: event.scope }),
      })),
      pagination: {},
    }),
  };
}

function listWorkflows(core: Core, query: URLSearchParams) {
  const workflows = core.workflows.list((query.get('name') ?? '').toLowerCase());
  const offset = Number(query.get('offset') ?? 0) || 0;
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT) || DEFAULT_LIMIT;
  const rows = workflows.slice(offset, offset + limit).map((workflow) => workflowShape(core, workflow));
  return {
    metadata: metadataOf(core.tenantId, Date.now()),
    rows,
    pagination: pagination(workflows.length, offset, limit),
  };
}

function workflowShape(core: Core, workflow: Workflow) {
  const version = core.workflows.latest(workflow.id);
  const versions = version
    ? [
        {
          metadata: metadataOf(version.id, version.createdAt),
          version: '',
          order: version.number,
          workflowId: workflow.id,
        },
      ]
    : [];
  return {
    metadata: metadataOf(workflow.id, workflow.createdAt, workflow.updatedAt),
    name: workflow.name,
    description: version?.definition.description ?? '',
    isPaused: false,
    versions,
    tenantId: core.tenantId,
  };
}

function workerShape(core: Core, { record, session, lastHeartbeatAt, listenedAt }: WorkerState): Worker {
  const used = core.runs.occupancy().filter((row) => row.workerId === record.id);
  const usedUnits = (type: string): number =>
    used.reduce(
      (sum, row) => sum + row.runs * (core.workflows.version(row.versionId).definition.task.slots[type] ?? 0),
      0,
    );
  const fresh = lastHeartbeatAt !== null && Date.now() - lastHeartbeatAt <= core.limits.heartbeatStaleMs;
  const status = record.paused ? 'PAUSED' : session && fresh ? 'ACTIVE' : 'INACTIVE';
  return {
    metadata: metadataOf(record.id, record.createdAt),
    name: record.name,
    type: 'SELFHOSTED' as WorkerType,
    status: status as WorkerStatus,
    actions: [...record.actions],
    labels: Object.entries(record.labels).map(([key, value]) => ({
      metadata: metadataOf(record.id, record.createdAt),
      key,
      value: String(value),
    })),
    slotConfig: Object.fromEntries(
      Object.entries(record.slots).map(([type, limit]) => [type, { available: limit - usedUnits(type), limit }]),
    ),
    runtimeInfo: { ...record.runtime },
    ...(lastHeartbeatAt === null ? {} : { lastHeartbeatAt: iso(lastHeartbeatAt) }),
    ...(listenedAt === null ? {} : { lastListenerEstablished: iso(listenedAt) }),
  };
}
