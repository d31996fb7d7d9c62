import type { EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import type { RunWatch } from '../adapters/run-watch.ts';
import type { EdgeRunnerConfig } from '../config.ts';
import type { NodeRole } from '../domain/node-role.ts';
import type { ProcessHost } from '../runtime/host/process-host.ts';
import type { LocalUser } from '../runtime/process/local-user.ts';
import type { LogPublisher } from './log-publisher.ts';
import type { TaskLines } from './task-lines.ts';

/** What every part of a runner's work needs. */
export interface RunnerContext {
  readonly config: EdgeRunnerConfig & { readonly BENCHBUS_INSTALLATION: string };
  readonly bus: EventBus;
  readonly logger: Logger;
  /** What must never leave this process in words: passwords, the operator's secrets. */
  readonly secrets: readonly string[];
  /** What people who watch see of the node's programs. */
  readonly logs: LogPublisher;
  /** What people see at the task in the engine: a few lines. */
  readonly taskLines: TaskLines;
  readonly role: NodeRole;
  readonly user: LocalUser;
  /** Where the node's processes run. */
  readonly host: ProcessHost;
  readonly instance: string;
  readonly watch: RunWatch;
  /** `evt.edge.<runId>.<node>`: this runner is its only writer. */
  readonly subject: string;
  /** Aborts when the runner stops; what runs is left to the next one. */
  readonly stopping: AbortSignal;
}

/** Whose processes these are: found again in /proc/<pid>/environ. */
export const labelsOf = ({ config }: Pick<RunnerContext, 'config'>) => ({
  BENCHBUS_INSTALLATION: config.BENCHBUS_INSTALLATION,
  BENCHBUS_RUN: config.BENCHBUS_RUN,
  BENCHBUS_NODE: config.BENCHBUS_NODE,
});
