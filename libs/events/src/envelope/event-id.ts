import { parse, v5 } from 'uuid';

/** UUIDv5 namespace of benchbus' event ids: changing it would change every id, so it never does. */
const NAMESPACE = parse('6f1c1c0e-5d0b-5b1a-9d3c-2f6f6f0f7a51');
const utf8 = new TextEncoder();

export interface EventIdParts {
  readonly cause: string;
  readonly type: string;
  readonly subject: string;
  readonly discriminator?: string | undefined;
  readonly attempt?: number | undefined;
}

/**
 * The id of a decision: the same decision taken twice has the same id. The subject is part of it, so that one cause which
 * leads to the same type in two aggregates cannot lose one of them to the de-duplication window.
 */
export function eventId(parts: EventIdParts): string {
  const name = [parts.cause, parts.type, parts.subject, parts.discriminator ?? null, parts.attempt ?? null];
  return v5(utf8.encode(JSON.stringify(name)), NAMESPACE);
}
