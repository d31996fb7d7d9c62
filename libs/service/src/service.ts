import type { EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { BaseConfig } from './config/base-config.ts';

/** What a service gets when it starts: everything is connected and ready. */
export interface ServiceContext<Config> {
  readonly name: string;
  /** Unique for this process: names the writer in logs, leases and liveness keys. */
  readonly instance: string;
  readonly config: Config & BaseConfig;
  readonly bus: EventBus;
  readonly logger: Logger;
  /** Aborts when shutdown begins. */
  readonly signal: AbortSignal;
}

export interface RunningService {
  /** Drains: takes no new work, finishes what runs. Called once, on SIGTERM or SIGINT, before the bus closes. */
  stop(): Promise<void>;
  /** Part of /readyz beside the bus connection. */
  ready?(): boolean | Promise<boolean>;
}

export interface ServiceDefinition<Schema extends z.ZodObject> {
  readonly name: string;
  /** Own variables, by their environment names: `z.object({ VALKEY_URL: z.url() })`; BaseConfig is added. */
  readonly config: Schema;
  /** False: it says by a key of its own that it is alive, not by `service.<name>.<instance>`. Default true. */
  readonly isListed?: boolean;
  readonly start: (context: ServiceContext<z.output<Schema>>) => Promise<RunningService>;
}
