import type { EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import type { KeptStore } from './kept-stores.ts';
import type { Targets } from './targets.ts';

/** What the handlers, the janitor and the announcer share. */
export interface ProvisionerContext {
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly hostId: string;
  readonly host: { readonly cores: number; readonly memoryBytes: number };
  readonly targets: Targets;
  /** Says anew what the host offers, and what others use of its pools. */
  readonly announce: () => Promise<void>;
  /** Runs that were said to be gone with this host; not given: none. */
  readonly lost?: { has(runId: string): boolean };
  /** Copies of loaded data on this host; not given: it keeps none. */
  readonly kept?: KeptStore;
}
