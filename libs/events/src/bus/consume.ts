import type { Problem } from '@benchbus/suites';
import type { RequestData, RequestName } from '../schemas/requests/index.ts';
import type { AnyRecorded } from './recorded-event.ts';

/** A request from a client: not a fact, not trusted. */
export interface Request<N extends RequestName = RequestName> {
  readonly name: N;
  readonly suiteId: string;
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly data: RequestData<N>;
  readonly sequence: number;
  readonly traceparent?: string;
}
export type AnyRequest = { [N in RequestName]: Request<N> }[RequestName];

/** A request as REQUESTS holds it. */
export interface StoredRequest {
  readonly request: AnyRequest;
  /** When the server stored it (its clock, ms since the epoch); a client's own time is not trusted. */
  readonly storedAt: number;
}

/** Look at this message again soon: what it asks for cannot be yet. For waits of minutes a service has clocks of its own: until it is acknowledged a message looks like work. */
export interface Again {
  readonly againInMs: number;
}

export interface DeadLetter {
  readonly stream: string;
  readonly sequence: number;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly problem: Problem;
  /** Where the error came from; no messages, which could repeat a secret of a client's request. */
  readonly stack: string;
  readonly attempts: number;
}

/** As it was parked. */
export interface ParkedLetter extends DeadLetter {
  /** By which `benchbus dead-letters` knows it. */
  readonly id: string;
}

/** Why an aggregate fails whose message was parked: the reason, and which letter to look at. */
export const problemOfLetter = ({ id, problem }: ParkedLetter): Problem => ({
  ...problem,
  hint: `${problem.hint === undefined ? '' : `${problem.hint}; `}look at it: benchbus dead-letters show ${id}`,
});

export interface ConsumeOptions<M> {
  /** Durable name, shared by all replicas: `dispatcher-requests`. */
  readonly name: string;
  readonly subjects: readonly string[];
  /**
   * A message is a hint: read the aggregate and decide; called at least once, in any order.
   * A thrown error makes the message come back after the next of `retryDelaysMs`; after the last one it is parked.
   * A BenchbusError that is `permanent` parks it at once. One whose handlers died each time is parked, too.
   */
  readonly handle: (
    message: M,
    context: { readonly attempt: number; readonly signal: AbortSignal },
  ) => Promise<void | Again>;
  /** Messages handled at once by this replica. Default 16. */
  readonly concurrency?: number;
  /** Redelivered if neither acknowledged nor working for so long; a running handler keeps it alive. Default 30 s. */
  readonly ackWaitMs?: number;
  /** The server forgets the consumer when nobody has pulled from it for so long; whoever comes back makes it anew, and is handed all again. Default: never. */
  readonly forgetAfterMs?: number;
  /** Default [200, 1000, 5000, 15000, 30000]. */
  readonly retryDelaysMs?: readonly number[];
  /** A version that this program does not know yet is neither handled nor parked: it comes again after so long. Default 30 s, doubling to an hour. */
  readonly tooNewDelayMs?: number;
  /** After a message was parked in DEADLETTERS: append the failure event of the own aggregate here. */
  readonly onParked?: (letter: ParkedLetter) => Promise<void>;
}

export interface Consuming {
  /** Stops taking messages, waits for running handlers (`graceMs`, then their signal aborts). */
  stop(graceMs?: number): Promise<void>;
}

export interface Consumers {
  /** Durable, shared, at-least-once delivery of facts. */
  consumeEvents(options: ConsumeOptions<AnyRecorded>): Promise<Consuming>;
  /** Durable, shared, at-least-once delivery of client requests. */
  consumeRequests(options: ConsumeOptions<AnyRequest>): Promise<Consuming>;
}
