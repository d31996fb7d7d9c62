import type { JsMsg } from '@nats-io/jetstream';
import { MsgImpl } from '@nats-io/nats-core/internal';
import { headers as newHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
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

const utf8 = new TextDecoder();

/** Of the first bytes. A Buffer, which it mostly is, needs no view of its own for that. */
const textOf = (bytes: Uint8Array, length: number): string =>
  Buffer.isBuffer(bytes) ? bytes.toString('utf8', 0, length) : utf8.decode(bytes.subarray(0, length));

interface Name {
  /** With its colon. */
  readonly written: string;
  readonly name: string;
}

/** The names of the messages before, line by line: those of one writer are the same, and need not be cut out each time. */
const names: Name[] = [];
const MOST_NAMES = 64;

function nameAt(text: string, at: number, end: number): Name | undefined {
  const colon = text.indexOf(':', at);
  if (colon <= at || colon > end) return undefined;
  return { written: text.slice(at, colon + 1), name: text.slice(at, colon).toLowerCase() };
}

const SPACE = ' '.charCodeAt(0);

/** The same from the header's bytes (ADR-4), the first of a message: a line with the version, then `name: value` lines. */
export function parseHeaders(bytes: Uint8Array, length = bytes.length): Record<string, string> {
  const result: Record<string, string> = {};
  const text = textOf(bytes, length);
  let at = text.indexOf('\r\n') + 2;
  for (let line = 0, end = text.indexOf('\r\n', at); end >= 0; end = text.indexOf('\r\n', at)) {
    const before = names[line];
    const known = before !== undefined && text.startsWith(before.written, at) ? before : nameAt(text, at, end);
    if (known !== undefined) {
      const from = at + known.written.length;
      // Most writers send one space and the value: of that `trim` needs no second string.
      result[known.name] = text.slice(text.charCodeAt(from) === SPACE ? from + 1 : from, end).trim();
      if (line < MOST_NAMES) names[line] = known;
      line += 1;
    }
    at = end + 2;
  }
  return result;
}

/**
 * The headers of a message that was received. Replays are mostly this: the client's own MsgHdrs take four times as long to
 * make, so the bytes are read where the client keeps them, as long as it keeps them there.
 */
export function headersOf(message: Msg | JsMsg): Record<string, string> {
  const msg: unknown = 'msg' in message ? message.msg : message;
  if (!(msg instanceof MsgImpl)) return fromWire(message.headers);
  // Of another version of the client they may be elsewhere.
  const { _msg: at, _rdata: bytes } = msg as { readonly _msg?: { readonly hdr?: unknown }; readonly _rdata?: unknown };
  if (!(bytes instanceof Uint8Array) || typeof at?.hdr !== 'number') return fromWire(message.headers);
  return at.hdr > 0 ? parseHeaders(bytes, at.hdr) : {};
}

export function toWire(headers: Readonly<Record<string, string>>): MsgHdrs {
  const result = newHeaders();
  for (const [name, value] of Object.entries(headers)) result.set(name, value);
  return result;
}

export const storedOf = (message: JsMsg): StoredMessage => ({
  subject: message.subject,
  sequence: message.seq,
  headers: headersOf(message),
  body: message.data,
});
