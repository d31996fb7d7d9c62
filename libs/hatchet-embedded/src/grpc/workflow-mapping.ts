import {
  ConcurrencyLimitStrategy,
  type Concurrency,
  type CreateTaskOpts,
  type CreateWorkflowVersionRequest,
} from '@hatchet-dev/typescript-sdk/protoc/v1/workflows.js';
import type { Strategy } from '../domain/concurrency.ts';
import { parseGoDuration } from '../domain/duration.ts';
import type { ConcurrencyRule, TaskDefinition, WorkflowDefinition } from '../domain/workflow.ts';
import { Refusal } from '../engine-error.ts';
import { desiredLabels } from './labels.ts';

/** Defaults of the real engine's database. */
const DEFAULT_SCHEDULE_TIMEOUT = '5m';
const DEFAULT_TIMEOUT = '60s';

/** PutWorkflow's message as the engine's own model; refuses what the engine does not do, instead of ignoring it. */
export function toDefinition(request: CreateWorkflowVersionRequest): WorkflowDefinition {
  const lacking = unsupportedPart(request);
  if (lacking !== undefined) throw unsupported(request.name, lacking);
  const [task] = request.tasks;
  if (!task) throw new Refusal('invalid', `workflow '${request.name}' has no task`);
  const ofWorkflow = request.concurrency ? [request.concurrency, ...request.concurrencyArr] : request.concurrencyArr;
  return {
    name: request.name.toLowerCase(),
    description: request.description,
    defaultPriority: request.defaultPriority ?? 1,
    task: toTask(request.name, task, [...ofWorkflow, ...task.concurrency]),
  };
}

function toTask(workflow: string, task: CreateTaskOpts, concurrency: readonly Concurrency[]): TaskDefinition {
  const timeoutText = task.timeout || DEFAULT_TIMEOUT;
  return {
    name: task.readableId,
    action: task.action.toLowerCase(),
    timeoutMs: duration(timeoutText, `task '${task.readableId}', timeout`),
    timeoutText,
    scheduleTimeoutMs: duration(
      task.scheduleTimeout || DEFAULT_SCHEDULE_TIMEOUT,
      `task '${task.readableId}', schedule_timeout`,
    ),
    retry: { retries: task.retries, backoffFactor: task.backoffFactor, backoffMaxSeconds: task.backoffMaxSeconds },
    labels: desiredLabels(task.workerLabels),
    slots: Object.keys(task.slotRequests).length > 0 ? task.slotRequests : { default: 1 },
    concurrency: concurrency.map((rule) => toRule(workflow, rule)),
  };
}

const STRATEGY: Readonly<Partial<Record<ConcurrencyLimitStrategy, Strategy>>> = {
  [ConcurrencyLimitStrategy.CANCEL_IN_PROGRESS]: 'CANCEL_IN_PROGRESS',
  [ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN]: 'GROUP_ROUND_ROBIN',
  [ConcurrencyLimitStrategy.CANCEL_NEWEST]: 'CANCEL_NEWEST',
};

function toRule(workflow: string, rule: Concurrency): ConcurrencyRule {
  if (rule.maxRunsExpression) throw unsupported(workflow, 'concurrency max_runs_expression');
  if (rule.isTenantScoped) throw unsupported(workflow, 'tenant-scoped concurrency');
  const strategy = STRATEGY[rule.limitStrategy ?? ConcurrencyLimitStrategy.CANCEL_IN_PROGRESS];
  if (!strategy) throw unsupported(workflow, 'deprecated concurrency strategies DROP_NEWEST and QUEUE_NEWEST');
  const maxRuns = rule.maxRuns ?? 1;
  if (maxRuns < 1) throw new Refusal('invalid', `workflow '${workflow}': concurrency max_runs must be at least 1`);
  return { expression: rule.expression, maxRuns, strategy };
}

/** What of the request the engine does not do, if anything. */
function unsupportedPart(request: CreateWorkflowVersionRequest): string | undefined {
  if (request.tasks.length > 1) return 'workflows of several tasks (DAGs)';
  if (request.onFailureTask) return 'on-failure tasks';
  if (request.cronTriggers.length > 0) return 'cron triggers';
  if (request.eventTriggers.length > 0 || request.defaultFilters.length > 0) return 'event triggers';
  if (request.sticky !== undefined) return 'sticky assignment';
  if (request.idempotency) return 'idempotency keys';
  const [task] = request.tasks;
  if (task?.isDurable) return 'durable tasks';
  if (task?.batch) return 'batch tasks';
  if (task && task.rateLimits.length > 0) return 'rate limits';
  if (task && hasConditions(task)) return 'task conditions';
  return undefined;
}

function hasConditions({ conditions }: CreateTaskOpts): boolean {
  if (!conditions) return false;
  return Object.values(conditions).some((list) => Array.isArray(list) && list.length > 0);
}

function unsupported(workflow: string, what: string): Refusal {
  return new Refusal(
    'unsupported',
    `workflow '${workflow}': the embedded engine has no ${what}; use a real Hatchet engine for it`,
  );
}

function duration(text: string, where: string): number {
  const ms = parseGoDuration(text);
  if (ms === null) throw new Refusal('invalid', `${where}: '${text}' is not a duration such as 1h30m`);
  return ms;
}
