import type { TriggerWorkflowRequest } from '@hatchet-dev/typescript-sdk/protoc/v1/shared/trigger.js';
import { Refusal } from '../engine-error.ts';
import type { Trigger } from '../engine/triggering.ts';
import { desiredLabels } from './labels.ts';

const MIN_PRIORITY = 1;
const MAX_PRIORITY = 3;

/** A TriggerWorkflow message, checked. */
export function toTrigger(request: TriggerWorkflowRequest): Trigger {
  if (request.desiredWorkerId) {
    throw new Refusal(
      'unsupported',
      `trigger of '${request.name}': the embedded engine has no sticky assignment (desired_worker_id)`,
    );
  }
  const { priority } = request;
  if (priority !== undefined && (priority < MIN_PRIORITY || priority > MAX_PRIORITY)) {
    throw new Refusal('invalid', `trigger of '${request.name}': priority must be 1 to 3, not ${String(priority)}`);
  }
  const metadataJson = request.additionalMetadata || null;
  return {
    name: request.name.toLowerCase(),
    inputJson: jsonText(request.input || '{}', `trigger of '${request.name}', input`),
    metadataJson:
      metadataJson === null ? null : jsonObject(metadataJson, `trigger of '${request.name}', additional_metadata`),
    priority,
    labels: desiredLabels(request.desiredWorkerLabels),
    parentRunId: request.parentId || undefined,
    parentTaskId: request.parentTaskRunExternalId || undefined,
    childIndex: request.childIndex,
    childKey: request.childKey || undefined,
  };
}

function jsonText(text: string, where: string): string {
  parse(text, where);
  return text;
}

/** The text, proven to be a JSON object. */
export function jsonObject(text: string, where: string): string {
  const value = parse(text, where);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  throw new Refusal('invalid', `${where} must be a JSON object`);
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('invalid', `${where} is not JSON`);
  }
}
