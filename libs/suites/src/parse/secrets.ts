import { secretArguments } from '../secrets/command-secrets.ts';
import { ENVIRONMENTS, isNearSecrets, isSecretKey, isSecretVariable } from '../secrets/secret-name.ts';
import { carriesSecret, mayCarrySecret } from './carries-secret.ts';
import { MAX_DEPTH } from './depth.ts';
import { echo, hidden } from './echo.ts';
import type { FieldPath } from './field-path.ts';
import type { Finding } from './finding.ts';

function inText(path: FieldPath, key: string, text: string): Finding | undefined {
  if (text === '') return undefined;
  const inEnvironment = ENVIRONMENTS.includes(path.at(-2));
  const bySecretKey = inEnvironment ? isSecretVariable(key, text) : isSecretKey(key);
  if (!bySecretKey && !(inEnvironment ? mayCarrySecret : carriesSecret)(text)) return undefined;
  return {
    code: 'SUITE_PLAIN_SECRET',
    path,
    text: bySecretKey
      ? 'a secret in plain text (value not shown); allowed is a reference: { secret: NAME }'
      : 'the text holds a password or token (value not shown); allowed is the text without it',
    hint: 'put the value into the environment variable or secret file NAME of the workers, and change it: it was exposed',
  };
}

/** Keys of argument lists. */
const COMMANDS: readonly string[] = ['command', 'prepare'];

const inArguments = (argv: readonly unknown[], path: FieldPath): Finding[] =>
  secretArguments(argv).map((index) => ({
    code: 'SUITE_PLAIN_SECRET',
    path: [...path, index],
    text: 'the argument holds or follows what is a secret (value not shown); allowed are arguments without it',
    hint: 'let the program read it from a variable: environment: { NAME: { secret: NAME } }',
  }));

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
  if (Array.isArray(value)) {
    const inItems = value.flatMap((item, index) => plainSecrets(item, [...path, index], seen));
    if (!COMMANDS.includes(key)) return inItems;
    const known = new Set(inItems.map((finding) => finding.path.at(-1)));
    return [...inItems, ...inArguments(value, path).filter((finding) => !known.has(finding.path.at(-1)))];
  }
  return Object.entries(value).flatMap(([name, item]) => plainSecrets(item, [...path, name], seen));
}

/** A value for an error message: short, and hidden where it may be a secret. */
export function show(value: unknown, path: FieldPath): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const key = String(path.findLast((part) => typeof part === 'string') ?? '');
  const text = String(value);
  if (isNearSecrets(path) || isSecretVariable(key) || key === 'secret' || mayCarrySecret(text)) return hidden(value);
  const shown = typeof value === 'string' ? JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text) : text;
  return echo(shown, value);
}
