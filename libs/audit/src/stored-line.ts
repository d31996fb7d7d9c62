import type { StoredMessage } from '@benchbus/events';
import { z } from 'zod';

const line = z.strictObject({
  sequence: z.int().min(1),
  subject: z.string(),
  headers: z.record(z.string(), z.string()),
  /** As text where it is UTF-8, so that people can read it. */
  body: z.string().optional(),
  base64: z.base64().optional(),
});

/** A message as a line of NDJSON. What the server added of its own (`nats-…`) is left out. */
export function encodeLine({ sequence, subject, headers, body }: StoredMessage): string {
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('nats-')));
  const bytes = Buffer.from(body);
  const text = bytes.toString('utf8');
  const content = Buffer.from(text, 'utf8').equals(bytes) ? { body: text } : { base64: bytes.toString('base64') };
  return JSON.stringify({ sequence, subject, headers: own, ...content });
}

/** The reverse; undefined where the line is not one. */
export function decodeLine(text: string): StoredMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) return undefined;
  const { body, base64, ...rest } = parsed.data;
  return { ...rest, body: base64 === undefined ? Buffer.from(body ?? '', 'utf8') : Buffer.from(base64, 'base64') };
}
