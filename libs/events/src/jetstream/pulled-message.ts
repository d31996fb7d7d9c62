import type { Msg } from '@nats-io/transport-node';
import type { Delivery } from '../core/delivery.ts';
import { fromWire } from './wire-headers.ts';

const NS_PER_MS = 1_000_000;

/**
 * Stream sequence of a delivery, from its reply subject: `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.…` (9 tokens)
 * or with domain and account in front of the stream (11 or more). Protocol: ADR-15.
 */
export function sequenceOfReply(reply: string): number {
  const tokens = reply.split('.');
  return Number(tokens[tokens.length === 9 ? 5 : 7]);
}

/** A message a pull request brought, with the acknowledgements of the JetStream protocol. */
export function deliveryOf(stream: string, msg: Msg): Delivery {
  let settled = false;
  const settle = (answer: string) => {
    if (settled) return;
    settled = true;
    msg.respond(answer);
  };
  return {
    stream,
    stored: {
      subject: msg.subject,
      sequence: sequenceOfReply(msg.reply ?? ''),
      headers: fromWire(msg.headers),
      body: msg.data,
    },
    ack: () => settle('+ACK'),
    nak: (delayMs) => settle(`-NAK ${JSON.stringify({ delay: delayMs * NS_PER_MS })}`),
    term: (reason) => settle(`+TERM ${reason}`),
    working: () => {
      if (!settled) msg.respond('+WPI');
    },
  };
}
