import type {
  V1LogLine,
  V1TaskEvent,
  V1TaskEventType,
  V1TaskStatus,
  V1TaskSummary,
  V1WorkflowRunDetails,
  V1WorkflowType,
  V1LogLineLevel,
} from '@hatchet-dev/typescript-sdk/clients/rest/generated/data-contracts.js';
import type { Run } from '../domain/run.ts';
import { taskPayload } from '../domain/task-payload.ts';
import type { Core } from '../engine/core.ts';
import type { LogLine, TaskEvent } from '../store/history-store.ts';
import { parseMetadata } from '../store/run-query.ts';

export const iso = (ms: number): string => new Date(ms).toISOString();

export function metadataOf(id: string, createdAt: number, updatedAt = createdAt) {
  return { id, createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
}

/** The `V1WorkflowRunDetails` of `GET workflow-runs/{id}`. */
export function runDetails(core: Core, run: Run): V1WorkflowRunDetails {
  const task = taskSummary(core, run, true);
  const events = core.history.taskEvents(run.id).map((event) => taskEvent(event, task.displayName));
  const { metadata, status, tenantId, displayName, workflowId, output, input } = task;
  return {
    run: {
      ...times(run),
      metadata,
      status,
      tenantId,
      displayName,
      workflowId,
      output,
      input,
      ...optional(run),
      workflowVersionId: run.versionId,
    },
    tasks: [task],
    taskEvents: events.toReversed(), // newest first, as the real engine lists them
    shape: [{ taskExternalId: run.id, stepId: task.stepId ?? '', childrenStepIds: [], taskName: taskName(core, run) }],
  };
}

/** A row of the run list, and the task within the details. Without payloads input and output are empty. */
export function taskSummary(core: Core, run: Run, includePayloads: boolean): V1TaskSummary {
  const version = core.workflows.version(run.versionId);
  return {
    metadata: metadataOf(run.id, run.createdAt),
    ...times(run),
    ...optional(run),
    createdAt: iso(run.createdAt),
    actionId: run.action,
    retryCount: run.retryCount,
    attempt: run.retryCount + 1,
    displayName: `${version.definition.task.name}-${String(run.createdAt)}`,
    isDurable: false,
    input: includePayloads ? (JSON.parse(taskPayload(run.inputJson)) as object) : {},
    output: includePayloads ? outputObject(run.output) : {},
    payloadsRestricted: !includePayloads,
    numSpawnedChildren: core.runs.childCount(run.id),
    // The literal values of these enums are the same texts.
    status: run.status as V1TaskStatus,
    type: 'TASK' as V1WorkflowType,
    stepId: version.stepId,
    taskExternalId: run.id,
    taskId: run.seq,
    taskInsertedAt: iso(run.createdAt),
    tenantId: core.tenantId,
    workflowId: run.workflowId,
    workflowName: version.definition.name,
    workflowRunExternalId: run.id,
    workflowVersionId: run.versionId,
  };
}

export function taskEvent(event: TaskEvent, displayName: string): V1TaskEvent {
  return {
    id: event.id,
    taskId: event.runId,
    timestamp: iso(event.at),
    eventType: event.type as V1TaskEventType,
    message: event.message,
    taskDisplayName: displayName,
    retryCount: event.retryCount,
    attempt: event.retryCount + 1,
    ...(event.type === 'FAILED' ? { errorMessage: event.message } : {}),
    ...(event.workerId === null ? {} : { workerId: event.workerId }),
  };
}

export function logLine(line: LogLine): V1LogLine {
  return {
    createdAt: iso(line.at),
    message: line.message,
    metadata: parseMetadata(line.metadataJson),
    taskExternalId: line.runId,
    retryCount: line.retryCount,
    attempt: line.retryCount + 1,
    level: line.level as V1LogLineLevel,
  };
}

/** A page as the real engine counts pages: 1-based, from offset and limit. */
export function pagination(total: number, offset: number, limit: number) {
  const current = Math.floor(offset / limit) + 1;
  return { current_page: current, next_page: current + 1, num_pages: Math.ceil(total / limit) };
}

const taskName = (core: Core, run: Run): string => core.workflows.version(run.versionId).definition.task.name;

function times(run: Run) {
  const { startedAt, finishedAt } = run;
  return {
    ...(startedAt === null ? {} : { startedAt: iso(startedAt) }),
    ...(finishedAt === null ? {} : { finishedAt: iso(finishedAt) }),
    ...(startedAt === null || finishedAt === null ? {} : { duration: finishedAt - startedAt }),
  };
}

function optional(run: Run) {
  return {
    additionalMetadata: parseMetadata(run.metadataJson),
    errorMessage: run.error ?? '',
    createdAt: iso(run.createdAt),
    ...(run.parentTaskId === null ? {} : { parentTaskExternalId: run.parentTaskId }),
  };
}

/** The contract wants an object; any other output is shown as none, as the real engine's decoder does. */
function outputObject(output: string | null): object {
  const value = output === null ? null : (JSON.parse(output) as unknown);
  return typeof value === 'object' && value !== null ? value : {};
}
