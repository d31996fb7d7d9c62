import { ENVIRONMENTS, isSecretKey, isSecretVariable } from '../secrets/secret-name.ts';
import { carriesSecret } from './carries-secret.ts';
import type { FieldPath } from './field-path.ts';
import type { Finding } from './finding.ts';

const MAX_DEPTH = 64;

function inText(path: FieldPath, key: string, text: string): Finding | undefined {
  if (text === '') return undefined;
  const bySecretKey = ENVIRONMENTS.includes(path.at(-2)) ? isSecretVariable(key) : isSecretKey(key);
  if (!bySecretKey && !carriesSecret(text)) return undefined;
  return {
    code: 'SUITE_PLAIN_SECRET',
    path,
    text: bySecretKey
      ? 'a secret in plain text (value not shown); allowed is a reference: { secret: NAME }'
      : 'the text holds a password or token (value not shown); allowed is the text without it',
    hint: 'put the value into the environment variable or secret file NAME of the workers, and change it: it was exposed',
  };
}

/** Every plain secret of an untrusted document. Values are never part of a finding. */
export function plainSecrets(value: unknown, path: FieldPath = [], seen = new Set<object>()): Finding[] {
  const key = String(path.findLast((part) => typeof part === 'string') ?? '');
  if (typeof value === 'string' || typeof value === 'number') {
    const found = inText(path, key, String(value));
    return found === undefined ? [] : [found];
  }
  // What YAML aliases share is looked at once.
  if (typeof value !== 'object' || value === null || path.length > MAX_DEPTH || seen.has(value)) return [];
  seen.add(value);
  if (Array.isArray(value)) return value.flatMap((item, index) => plainSecrets(item, [...path, index], seen));
  return Object.entries(value).flatMap(([name, item]) => plainSecrets(item, [...path, name], seen));
}

/** A value for an error message: short, and hidden where it may be a secret. */
export function show(value: unknown, path: FieldPath): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const key = String(path.findLast((part) => typeof part === 'string') ?? '');
  const text = String(value);
  if (isSecretVariable(key) || key === 'secret' || carriesSecret(text)) return 'a value that is not shown';
  return typeof value === 'string' ? JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text) : text;
}
