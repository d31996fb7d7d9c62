import { readFileSync } from 'node:fs';
import { isSecretVariable, REDACTED } from './secrets.ts';

/** Shorter values stand in ordinary text: hiding them would only make lines unreadable. */
const SHORTEST = 8;
/** Lines of a PEM file that hold its content. */
const PEM_LINE = /^[A-Za-z0-9+/=]{16,}$/;
/** Variables that name a place, not a secret. */
const PLACE = /_(DIR|PATH|FILE)$/;

const KEY = Symbol.for('benchbus.hidden');
type Global = typeof globalThis & { [KEY]?: Set<string> };

/** Values that no line, and no span, of this process may hold; whichever copy of this file they were told to. */
const hidden = ((globalThis as Global)[KEY] ??= new Set<string>());

function hide(value: string): void {
  if (value.length < SHORTEST) return;
  hidden.add(value);
  // As it stands in a line of JSON.
  hidden.add(JSON.stringify(value).slice(1, -1));
}

const pemLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => PEM_LINE.test(line));

function contentOf(path: string): string[] {
  // The key itself in place of its path is a mistake that must not be made worse.
  if (path.includes('\n')) return pemLines(path);
  try {
    return pemLines(readFileSync(path, 'utf8'));
  } catch {
    return []; // whoever needs the file says what is wrong with it
  }
}

/**
 * From now on no line shows the values of these variables, as far as their names say that they are secret, nor the content
 * of the files that `…KEY_FILE` and the like name. The names of fields are looked at anyway (`redact`): this catches a
 * secret where nothing tells, in the middle of a message or of another library's object.
 */
export function hideSecretValues(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !isSecretVariable(name)) continue;
    if (name.endsWith('_FILE')) contentOf(value).forEach(hide);
    else if (!PLACE.test(name)) hide(value);
  }
}

/** The text without the values that are to be hidden. */
export function withoutSecretValues(text: string): string {
  let safe = text;
  for (const value of hidden) safe = safe.includes(value) ? safe.replaceAll(value, REDACTED) : safe;
  return safe;
}
