import type { FieldPath } from '../parse/field-path.ts';
import { mayCarrySecret } from '../parse/carries-secret.ts';
import { MAX_DEPTH } from '../parse/depth.ts';
import { readYaml } from '../parse/read-yaml.ts';
import { plainSecrets } from '../parse/secrets.ts';

/** What comes before a secret in a text that cannot be parsed. */
const KEYWORD = /(?:token|passw|pass|pwd|secret|key|auth|credential|cookie|dsn)\w*["']?\s*[:=]/i;

/** Maps with a secret in them: a text in their place is probably the secret. */
const HOLDERS: readonly unknown[] = [
  ...['hatchetConnection', 'hatchet_connection', 'hatchet', 'providerSettings', 'provider_settings', 's3'],
  ...['environment', 'stroppyEnv', 'stroppy_env'],
];

function holds(value: unknown, path: FieldPath, seen: Set<object>): boolean {
  if (typeof value === 'string')
    // A suite's text within a message is a document, too.
    return HOLDERS.includes(path.at(-1)) || (/[\n:]/.test(value) && path.length < 8 && inText(value, path.length));
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  if (path.length > MAX_DEPTH) return true;
  seen.add(value);
  return Object.entries(value).some(([key, item]) => mayCarrySecret(key) || holds(item, [...path, key], seen));
}

function inText(text: string, depth: number): boolean {
  const { value, findings } = readYaml(text, 'message');
  if (findings.length > 0) return KEYWORD.test(text) || mayCarrySecret(text);
  if (typeof value !== 'object' || value === null) return mayCarrySecret(text);
  const level = Array.from({ length: depth + 1 }, () => 'message');
  return plainSecrets(value).length > 0 || holds(value, level, new Set());
}

/**
 * Can bytes of unknown form not be shown to be free of secrets? A document (JSON, YAML, one within the other) is looked
 * through like a suite; what is none is judged by its words, and what is no text at all may be anything.
 */
export function mayHoldSecrets(bytes: Uint8Array): boolean {
  try {
    return inText(new TextDecoder('utf-8', { fatal: true }).decode(bytes), 0);
  } catch {
    // No UTF-8: the decoder says no more.
    return true;
  }
}
