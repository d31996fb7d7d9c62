import type { StoredMessage } from '../envelope/stored-message.ts';

/** One delivery of a durable consumer; exactly one of ack, nak, term ends it. */
export interface Delivery {
  readonly stream: string;
  readonly stored: StoredMessage;
  /** How often the server handed it out, this time included. */
  readonly deliveries: number;
  ack(): void;
  /** Deliver again after `delayMs`. */
  nak(delayMs: number): void;
  /** Never again. */
  term(reason: string): void;
  /** Still at it: do not deliver to somebody else. */
  working(): void;
}

/** Where deliveries come from. */
export interface DeliverySource {
  /** So many deliveries, not counting those being handled, are welcome now. */
  want(count: number): void;
  stop(): void;
}

export type OpenSource = (onDelivery: (delivery: Delivery) => void) => Promise<DeliverySource>;
