import {
  ResourceEventType,
  ResourceType,
  WorkflowRunEventType,
  type SubscribeToWorkflowEventsRequest,
  type SubscribeToWorkflowRunsRequest,
  type WorkflowEvent,
  type WorkflowRunEvent,
} from '@hatchet-dev/typescript-sdk/protoc/dispatcher/dispatcher.js';
import { matchesMetadata } from '../domain/metadata-filter.ts';
import type { Run } from '../domain/run.ts';
import { Refusal } from '../engine-error.ts';
import type { Core } from '../engine/core.ts';
import type { FeedEvent } from '../engine/feed.ts';
import { parseMetadata } from '../store/run-query.ts';

/** SubscribeToWorkflowRuns: one answer per named run, as soon as it has ended. The stream is never closed by the engine. */
export async function* runResults(
  core: Core,
  requests: AsyncIterable<SubscribeToWorkflowRunsRequest>,
  signal: AbortSignal,
): AsyncGenerator<Partial<WorkflowRunEvent>, void, undefined> {
  const { queue, close } = core.openQueue<string>();
  const awaited = new Set<string>();
  const unsubscribe = core.feed.subscribe((event) => {
    if (event.kind === 'run' && awaited.delete(event.runId)) queue.push(event.runId);
  });
  void readRequests();
  try {
    for await (const runId of queue.read(signal)) {
      const run = core.runs.get(runId);
      if (run?.phase === 'done') yield runFinished(core, run);
      else awaited.add(runId); // replayed in the meantime
    }
  } finally {
    unsubscribe();
    close();
  }

  async function readRequests(): Promise<void> {
    try {
      for await (const { workflowRunId } of requests) {
        if (core.runs.get(workflowRunId)?.phase === 'done') queue.push(workflowRunId);
        else awaited.add(workflowRunId);
      }
    } catch (error) {
      // The client went away: its signal ends the stream.
      if (!signal.aborted) core.logger.debug({ err: error }, 'run subscriptions ended');
    }
  }
}

/** A cancelled run, also one that had completed before, carries an empty error: the SDK then resolves with `{}`. */
function runFinished(core: Core, run: Run): Partial<WorkflowRunEvent> {
  const taskName = core.workflows.version(run.versionId).definition.task.name;
  const outcome = run.cancelled
    ? { error: run.error ?? '' }
    : { error: run.error ?? undefined, output: run.output ?? undefined };
  return {
    workflowRunId: run.id,
    eventType: WorkflowRunEventType.WORKFLOW_RUN_EVENT_TYPE_FINISHED,
    eventTimestamp: new Date(run.finishedAt ?? run.createdAt),
    results: [
      {
        taskRunExternalId: run.id,
        jobRunId: run.id,
        taskName,
        ...outcome,
      },
    ],
  };
}

const EVENT_TYPE: Readonly<Record<FeedEvent['type'], ResourceEventType>> = {
  STARTED: ResourceEventType.RESOURCE_EVENT_TYPE_STARTED,
  COMPLETED: ResourceEventType.RESOURCE_EVENT_TYPE_COMPLETED,
  FAILED: ResourceEventType.RESOURCE_EVENT_TYPE_FAILED,
  CANCELLED: ResourceEventType.RESOURCE_EVENT_TYPE_CANCELLED,
  TIMED_OUT: ResourceEventType.RESOURCE_EVENT_TYPE_TIMED_OUT,
  STREAM: ResourceEventType.RESOURCE_EVENT_TYPE_STREAM,
};

/** SubscribeToWorkflowEvents: of one run, until it ends (hang-up), or of all runs with a metadata pair, for ever. */
export async function* runEvents(
  core: Core,
  request: SubscribeToWorkflowEventsRequest,
  signal: AbortSignal,
): AsyncGenerator<Partial<WorkflowEvent>, void, undefined> {
  const wanted = wantedEvents(request);
  const { queue, close } = core.openQueue<FeedEvent>();
  const unsubscribe = core.feed.subscribe((event) => {
    if (wanted(event)) queue.push(event);
  });
  try {
    const ended = request.workflowRunId ? endedAlready(core, request.workflowRunId) : undefined;
    if (ended) queue.push(ended);
    for await (const event of queue.read(signal)) {
      const hangup = event.kind === 'run' && Boolean(request.workflowRunId);
      yield toWire(event, hangup);
      if (hangup) return;
    }
  } finally {
    unsubscribe();
    close();
  }
}

function wantedEvents({ workflowRunId, additionalMetaKey, additionalMetaValue }: SubscribeToWorkflowEventsRequest) {
  if (workflowRunId) return (event: FeedEvent): boolean => event.runId === workflowRunId;
  if (additionalMetaKey && additionalMetaValue !== undefined) {
    const pair = `${additionalMetaKey}:${additionalMetaValue}`;
    return (event: FeedEvent): boolean => matchesMetadata(parseMetadata(event.metadataJson), [pair]);
  }
  throw new Refusal('invalid', 'name a workflow_run_id, or additional_meta_key and additional_meta_value');
}

function endedAlready(core: Core, runId: string): FeedEvent | undefined {
  const run = core.runs.get(runId);
  if (!run) throw new Refusal('not-found', `run ${runId} does not exist`);
  const { status, metadataJson, retryCount } = run;
  if (status === 'QUEUED' || status === 'RUNNING') return undefined;
  return {
    kind: 'run',
    runId,
    metadataJson,
    retryCount,
    type: run.cancelled ? 'CANCELLED' : status,
    payload: run.output ?? run.error ?? '',
    at: run.finishedAt ?? 0,
  };
}

function toWire(event: FeedEvent, hangup: boolean): Partial<WorkflowEvent> {
  return {
    workflowRunId: event.runId,
    resourceId: event.runId,
    resourceType: event.kind === 'task' ? ResourceType.RESOURCE_TYPE_STEP_RUN : ResourceType.RESOURCE_TYPE_WORKFLOW_RUN,
    eventType: EVENT_TYPE[event.type],
    eventTimestamp: new Date(event.at),
    eventPayload: event.payload,
    hangup,
    retryCount: event.retryCount,
    eventIndex: event.eventIndex,
  };
}
