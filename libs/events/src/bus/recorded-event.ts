import type { EventData, EventName } from '../schemas/catalog.ts';

/** A fact to append. `id` is derived: UUIDv5 of (cause, type, discriminator, attempt), so the same decision has the same id. */
export interface Draft<N extends EventName = EventName> {
  readonly name: N;
  /** One subject is one aggregate: `evt.run.<runId>`; build it with `subjects`. */
  readonly subject: string;
  readonly data: EventData<N>;
  /** Id of the event or request that led to this one. */
  readonly cause: string;
  /** Tells two events of one type and cause apart. */
  readonly discriminator?: string;
  readonly attempt?: number;
  /** The suite this belongs to (`ce-correlationid`); for facts outside any suite, the aggregate's own id. */
  readonly correlation: string;
  /** For traces alone, not stored: other suites that it is about too, and the fact it goes on from, which may be another suite's. */
  readonly traced?: {
    readonly suites?: readonly string[];
    readonly after?: { readonly eventId: string; readonly suite: string };
  };
}

/** A fact as the log holds it, upcast to the newest version of its type. */
export interface Recorded<N extends EventName = EventName> {
  readonly name: N;
  readonly subject: string;
  /** Stream sequence: the aggregate's version, and the fencing token. */
  readonly sequence: number;
  /** The aggregate's own counter, from 1. */
  readonly counter: number;
  readonly data: EventData<N>;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  /** RFC 3339, when the writer decided. */
  readonly time: string;
  readonly correlation: string;
  readonly cause: string;
  readonly hash: string;
  readonly prevHash: string;
  readonly incarnation: string;
  readonly traceparent?: string;
}

/** Discriminated by `name`: narrow with `event.name === 'RunQueued'`. */
export type AnyRecorded = { [N in EventName]: Recorded<N> }[EventName];
export type AnyDraft = { [N in EventName]: Draft<N> }[EventName];
