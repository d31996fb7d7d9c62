import { randomUUID } from 'node:crypto';
import type {
  EventsServiceImplementation,
  PushEventRequest,
} from '@hatchet-dev/typescript-sdk/protoc/events/events.js';
import type { Core, Tx } from '../engine/core.ts';
import { Refusal } from '../engine-error.ts';
import { jsonObject } from './trigger-mapping.ts';
import { lacking } from './unimplemented.ts';

/** `/EventsService`: events are stored and trigger nothing (event triggers are refused in PutWorkflow); logs; stream chunks. */
export function eventsService(core: Core): EventsServiceImplementation {
  return {
    push: async (request) => core.transact('full', (tx) => storeEvent(core, tx, request)),
    bulkPush: async ({ events }) => ({
      events: core.transact('full', (tx) => events.map((event) => storeEvent(core, tx, event))),
    }),
    putLog: async (request) => {
      const metadataJson = request.metadata ? jsonObject(request.metadata, 'log metadata') : '{}';
      core.transact('normal', (tx) => {
        const run = knownRun(core, request.taskRunExternalId);
        const at = request.createdAt?.getTime() ?? tx.now;
        const { message, level = 'INFO', taskRetryCount = run.retryCount } = request;
        core.history.addLog({ runId: run.id, at, message, level, metadataJson, retryCount: taskRetryCount });
      });
      return {};
    },
    putStreamEvent: async (request) => {
      const { id: runId, metadataJson, retryCount } = knownRun(core, request.taskRunExternalId);
      const at = request.createdAt?.getTime() ?? Date.now();
      const payload = Buffer.from(request.message).toString('utf8');
      core.feed.publish({
        kind: 'task',
        type: 'STREAM',
        runId,
        metadataJson,
        retryCount,
        at,
        payload,
        eventIndex: request.eventIndex,
      });
      return {};
    },
    replaySingleEvent: lacking('replay of events'),
  };
}

function storeEvent(core: Core, tx: Tx, request: PushEventRequest) {
  jsonObject(request.payload || '{}', `event '${request.key}', payload`);
  if (request.additionalMetadata) jsonObject(request.additionalMetadata, `event '${request.key}', additional_metadata`);
  const event = {
    id: randomUUID(),
    key: request.key,
    payload: request.payload || '{}',
    metadataJson: request.additionalMetadata || null,
    scope: request.scope ?? null,
    at: request.eventTimestamp?.getTime() ?? tx.now,
  };
  core.history.addEvent(event);
  return {
    tenantId: core.tenantId,
    eventId: event.id,
    key: event.key,
    payload: event.payload,
    eventTimestamp: new Date(event.at),
    additionalMetadata: request.additionalMetadata,
    scope: request.scope,
  };
}

function knownRun(core: Core, id: string) {
  const run = core.runs.get(id);
  if (!run) throw new Refusal('not-found', `task run ${id} does not exist`);
  return run;
}
