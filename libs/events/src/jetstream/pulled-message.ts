import type { Msg } from '@nats-io/transport-node';
import type { Delivery } from '../core/delivery.ts';
import { headersOf } from './wire-headers.ts';

const NS_PER_MS = 1_000_000;

/**
 * Stream sequence and number of deliveries, from the reply subject: `$JS.ACK.<stream>.<consumer>.<delivered>.<stream
 * seq>.…` (9 tokens) or with domain and account in front of the stream (11 or more). Protocol: ADR-15.
 */
export function placeOfReply(reply: string): { readonly sequence: number; readonly deliveries: number } {
  const tokens = reply.split('.');
  const at = tokens.length === 9 ? 4 : 6;
  return { deliveries: Number(tokens[at]), sequence: Number(tokens[at + 1]) };
}

/** A message a pull request brought, with the acknowledgements of the JetStream protocol. */
export function deliveryOf(stream: string, msg: Msg): Delivery {
  let settled = false;
  const settle = (answer: string) => {
    if (settled) return;
    settled = true;
    msg.respond(answer);
  };
  const { sequence, deliveries } = placeOfReply(msg.reply ?? '');
  return {
    stream,
    deliveries,
    stored: {
      subject: msg.subject,
      sequence,
      headers: headersOf(msg),
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
