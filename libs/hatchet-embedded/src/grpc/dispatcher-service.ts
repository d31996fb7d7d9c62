import {
  StepActionEventType,
  type DispatcherServiceImplementation,
  type RuntimeInfo,
  type StepActionEvent,
} from '@hatchet-dev/typescript-sdk/protoc/dispatcher/dispatcher.js';
import type { Core } from '../engine/core.ts';
import { Refusal } from '../engine-error.ts';
import { refreshTimeout, releaseSlot, reportAttempt, type Report } from '../engine/reports.ts';
import { closeSession, heartbeat, knownWorker, markSent, openSession } from '../engine/sessions.ts';
import { registerWorker, upsertLabels } from '../engine/workers.ts';
import { workerLabels } from './labels.ts';
import { runEvents, runResults } from './run-streams.ts';
import { lacking, lackingStream } from './unimplemented.ts';

/** Recent enough for the SDK to use slot types and the current protocol. */
export const ENGINE_VERSION = 'v0.104.0';

/** `/Dispatcher`: workers, their streams and reports, and the results of runs. */
export function dispatcherService(core: Core): DispatcherServiceImplementation {
  const { tenantId } = core;
  return {
    getVersion: async () => ({ version: ENGINE_VERSION }),
    register: async (request) => {
      const { id } = registerWorker(core, {
        name: request.workerName,
        actions: request.actions.map((action) => action.toLowerCase()),
        slots: Object.keys(request.slotConfig).length > 0 ? request.slotConfig : { default: request.slots ?? 100 },
        labels: workerLabels(request.labels),
        runtime: runtimeOf(request.runtimeInfo),
      });
      core.logger.info({ workerId: id, name: request.workerName }, 'worker registered');
      return { tenantId, workerId: id, workerName: request.workerName };
    },
    listenV2: async function* (request, context) {
      const session = openSession(core, request.workerId);
      try {
        for await (const item of session.queue.read(context.signal)) {
          yield item.action;
          markSent(core, item);
        }
      } finally {
        closeSession(core, session);
      }
    },
    heartbeat: async (request) => {
      heartbeat(core, request.workerId);
      return {};
    },
    unsubscribe: async (request) => {
      const { session } = knownWorker(core, request.workerId);
      if (session) closeSession(core, session);
      return { tenantId, workerId: request.workerId };
    },
    upsertWorkerLabels: async (request) => {
      upsertLabels(core, request.workerId, workerLabels(request.labels));
      return { tenantId, workerId: request.workerId };
    },
    sendStepActionEvent: async (event) => {
      const report = toReport(event);
      if (report) reportAttempt(core, report);
      return { tenantId, workerId: event.workerId };
    },
    refreshTimeout: async (request) => ({
      timeoutAt: new Date(refreshTimeout(core, request.taskRunExternalId, request.incrementTimeoutBy)),
    }),
    releaseSlot: async (request) => {
      releaseSlot(core, request.taskRunExternalId);
      return {};
    },
    subscribeToWorkflowRuns: (requests, context) => runResults(core, requests, context.signal),
    subscribeToWorkflowEvents: (request, context) => runEvents(core, request, context.signal),
    listen: lackingStream('Dispatcher.Listen; ListenV2 is there'),
    sendBatchActionEvent: lacking('batch tasks'),
    sendGroupKeyActionEvent: lacking('group key actions'),
    putOverridesData: lacking('overrides'),
    restoreEvictedTask: lacking('durable tasks'),
  };
}

/** A worker names itself in `worker_id` by name, so the report is matched by task and attempt only. */
function toReport(event: StepActionEvent): Report | undefined {
  const type = REPORT_TYPE[event.eventType];
  if (!type) {
    if (event.eventType === StepActionEventType.STEP_EVENT_TYPE_ACKNOWLEDGED) return undefined;
    throw new Refusal('invalid', `step action event type ${String(event.eventType)} is not known`);
  }
  return {
    type,
    runId: event.taskRunExternalId,
    retryCount: event.retryCount,
    payload: event.eventPayload,
    nonRetryable: event.shouldNotRetry ?? false,
  };
}

const REPORT_TYPE: Readonly<Partial<Record<StepActionEventType, Report['type']>>> = {
  [StepActionEventType.STEP_EVENT_TYPE_STARTED]: 'STARTED',
  [StepActionEventType.STEP_EVENT_TYPE_COMPLETED]: 'COMPLETED',
  [StepActionEventType.STEP_EVENT_TYPE_FAILED]: 'FAILED',
};

function runtimeOf(info: RuntimeInfo | undefined): Record<string, string> {
  const runtime: Record<string, string> = {};
  if (info?.sdkVersion) runtime['sdkVersion'] = info.sdkVersion;
  if (info?.languageVersion) runtime['languageVersion'] = info.languageVersion;
  if (info?.os) runtime['os'] = info.os;
  return runtime;
}
