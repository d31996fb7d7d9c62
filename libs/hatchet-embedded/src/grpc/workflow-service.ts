import type { WorkflowServiceImplementation } from '@hatchet-dev/typescript-sdk/protoc/workflows/workflows.js';
import type { Core } from '../engine/core.ts';
import { triggerRun } from '../engine/triggering.ts';
import { toTrigger } from './trigger-mapping.ts';
import { lacking } from './unimplemented.ts';

/** `/WorkflowService`: triggers. A bulk is one transaction: all of its runs or none. */
export function workflowService(core: Core): WorkflowServiceImplementation {
  return {
    triggerWorkflow: async (request) => {
      const trigger = toTrigger(request);
      return { workflowRunId: core.transact('full', (tx) => triggerRun(core, tx, trigger)) };
    },
    bulkTriggerWorkflow: async (request) => {
      const triggers = request.workflows.map(toTrigger);
      return {
        workflowRunIds: core.transact('full', (tx) => triggers.map((trigger) => triggerRun(core, tx, trigger))),
      };
    },
    putWorkflow: lacking('WorkflowService.PutWorkflow (v0); v1.AdminService.PutWorkflow is there'),
    scheduleWorkflow: lacking('scheduled runs'),
    putRateLimit: lacking('rate limits'),
  };
}
