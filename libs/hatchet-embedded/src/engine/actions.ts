import { ActionType, type AssignedAction } from '@hatchet-dev/typescript-sdk/protoc/dispatcher/dispatcher.js';
import type { Run } from '../domain/run.ts';
import { taskPayload } from '../domain/task-payload.ts';
import type { Core } from './core.ts';

/** START or CANCEL for one attempt; the SDK matches a CANCEL to its START by task id and retry count. */
export function actionFor(core: Core, run: Run, kind: 'start' | 'cancel'): Partial<AssignedAction> {
  const version = core.workflows.version(run.versionId);
  return {
    tenantId: core.tenantId,
    workflowRunId: run.id,
    getGroupKeyRunId: '',
    jobId: version.stepId,
    jobName: version.definition.task.name,
    jobRunId: run.id,
    taskId: version.stepId,
    taskRunExternalId: run.id,
    actionId: run.action,
    actionType: kind === 'start' ? ActionType.START_STEP_RUN : ActionType.CANCEL_STEP_RUN,
    actionPayload: taskPayload(run.inputJson),
    taskName: version.definition.task.name,
    retryCount: run.retryCount,
    additionalMetadata: run.metadataJson ?? undefined,
    childWorkflowIndex: run.childIndex ?? undefined,
    childWorkflowKey: run.childKey ?? undefined,
    // The real engine sends the parent task's id in this field.
    parentWorkflowRunId: run.parentTaskId ?? undefined,
    priority: run.priority,
    workflowId: run.workflowId,
    workflowVersionId: run.versionId,
    taskInsertedAt: new Date(run.createdAt),
  };
}
