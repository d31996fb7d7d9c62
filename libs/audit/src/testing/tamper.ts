import { attributesOf, envelopeHash, type StoredMessage } from '@benchbus/events';

/** Tools of somebody who changes a log: he knows the format, and has no key. */

export const bodyOf = (message: StoredMessage): Record<string, unknown> =>
  JSON.parse(Buffer.from(message.body).toString('utf8')) as Record<string, unknown>;

export const withBody = (message: StoredMessage, body: unknown): StoredMessage => ({
  ...message,
  body: Buffer.from(JSON.stringify(body), 'utf8'),
});

/** With a hash that fits what it says now, after `before` of its aggregate. */
export function rehashed(message: StoredMessage, before: StoredMessage | undefined): StoredMessage {
  const ce = attributesOf(message.headers);
  const attributes = {
    ...ce,
    'ce-prevhash': before?.headers['ce-hash'] ?? '',
    'ce-counter': String(Number(before?.headers['ce-counter'] ?? 0) + 1),
  };
  const hash = envelopeHash(attributes, bodyOf(message));
  return { ...message, headers: { ...message.headers, ...attributes, 'ce-hash': hash } };
}

/** Every aggregate's chain made anew, so that no hash tells. */
export function rechained(log: readonly StoredMessage[]): StoredMessage[] {
  const last = new Map<string, StoredMessage>();
  return log.map((message) => {
    const fitting = rehashed(message, last.get(message.subject));
    last.set(message.subject, fitting);
    return fitting;
  });
}

/** A new stream: sequences from 1, without a gap. */
export const renumbered = (log: readonly StoredMessage[]): StoredMessage[] =>
  log.map((message, index) => ({ ...message, sequence: index + 1 }));

export const swapped = <T>(list: readonly T[], a: number, b: number): T[] =>
  list.with(a, list[b] as T).with(b, list[a] as T);

/** The same with another value at one place of its data. */
export function edited(log: readonly StoredMessage[], index: number, change: Record<string, unknown>): StoredMessage[] {
  const message = log[index];
  if (message === undefined) throw new RangeError(`no event ${index}`);
  return log.with(index, withBody(message, { ...bodyOf(message), ...change }));
}

export function flipped(log: readonly StoredMessage[], index: number, at: number): StoredMessage[] {
  const message = log[index];
  if (message === undefined) throw new RangeError(`no event ${index}`);
  const body = Buffer.from(message.body);
  body[at] = (body[at] ?? 0) ^ 1;
  return log.with(index, { ...message, body });
}
