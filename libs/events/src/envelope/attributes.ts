import type { z } from 'zod';
import { decodeHeaderValue } from './percent.ts';
import { UnreadableMessage } from './refused.ts';
import type { StoredMessage } from './stored-message.ts';

/** The decoded `ce-` attributes of a binary-mode message, by their header names. */
export function attributesOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-')) attributes[name] = decodeHeaderValue(value);
  }
  return attributes;
}

export const whereOf = (stored: StoredMessage): string => `${stored.subject} @ ${stored.sequence}`;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Body → JSON value. @throws UnreadableMessage */
export function jsonOf(stored: StoredMessage): unknown {
  try {
    return JSON.parse(utf8.decode(stored.body));
  } catch {
    // The parser's own message would echo parts of the body, which may hold a secret.
    throw new UnreadableMessage('MESSAGE_NOT_JSON', 'the body is not JSON in UTF-8', whereOf(stored));
  }
}

/** First problems of a schema, with their paths; no values. */
export function issuesOf(error: z.ZodError): string {
  const issues = error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'data'}: ${issue.message}`);
  return issues.join('; ') + (error.issues.length > 5 ? `; and ${error.issues.length - 5} more` : '');
}
