import { RunStatus, type AdminServiceImplementation } from '@hatchet-dev/typescript-sdk/protoc/v1/workflows.js';
import { Refusal } from '../engine-error.ts';
import type { Core } from '../engine/core.ts';
import { lacking } from './unimplemented.ts';
import { toDefinition } from './workflow-mapping.ts';

/** `/v1.AdminService`: definitions and run details. */
export function adminService(core: Core): AdminServiceImplementation {
  return {
    putWorkflow: async (request) => {
      const definition = toDefinition(request);
      const version = core.transact('full', (tx) => core.workflows.put(definition, tx.now));
      return { id: version.id, workflowId: version.workflowId };
    },
    getRunDetails: async ({ externalId }) => runDetails(core, externalId),
    // The SDK does all of these over REST or the v0 services.
    cancelTasks: lacking('AdminService.CancelTasks; cancel over REST'),
    replayTasks: lacking('AdminService.ReplayTasks; replay over REST'),
    triggerWorkflowRun: lacking('AdminService.TriggerWorkflowRun; use WorkflowService.TriggerWorkflow'),
    branchDurableTask: lacking('durable tasks'),
  };
}

function runDetails(core: Core, id: string) {
  const run = core.runs.get(id);
  if (!run) throw new Refusal('not-found', `run ${id} does not exist`);
  const readableId = core.workflows.version(run.versionId).definition.task.name;
  const status = run.cancelled ? RunStatus.CANCELLED : RunStatus[run.status];
  const task = {
    externalId: run.id,
    readableId,
    status,
    isEvicted: false,
    error: run.cancelled ? '' : (run.error ?? undefined),
    output: run.output === null || run.cancelled ? undefined : Buffer.from(run.output),
  };
  return {
    input: Buffer.from(run.inputJson),
    additionalMetadata: Buffer.from(run.metadataJson ?? '{}'),
    status,
    done: run.phase === 'done',
    isEvicted: false,
    taskRuns: { [readableId]: task },
  };
}
