import type { JsMsg } from '@nats-io/jetstream';
import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { StoredMessage } from '../envelope/stored-message.ts';

/** NATS headers → names in lower case (NATS keeps their case, CloudEvents does not care); of several values the last. */
export function fromWire(headers: MsgHdrs | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  if (headers === undefined) return result;
  for (const [name, values] of headers) {
    const value = values.at(-1);
    if (value !== undefined) result[name.toLowerCase()] = value;
  }
  return result;
}

export function toWire(headers: Readonly<Record<string, string>>): MsgHdrs {
  const result = newHeaders();
  for (const [name, value] of Object.entries(headers)) result.set(name, value);
  return result;
}

export const storedOf = (message: JsMsg): StoredMessage => ({
  subject: message.subject,
  sequence: message.seq,
  headers: fromWire(message.headers),
  body: message.data,
});
