import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const HIDDEN = '***';
/** A shorter one is in every second number: hiding it would hide nothing, and ruin the file. */
const SHORTEST = 4;

/** A secret as such, as an SQL literal has it, and as JSON has it; the longest first, as one may hold another. */
const formsOf = (secrets: readonly string[]): string[] =>
  [
    ...new Set(
      secrets
        .filter((secret) => secret.length >= SHORTEST)
        .flatMap((secret) => [secret, secret.replaceAll("'", "''"), JSON.stringify(secret).slice(1, -1)]),
    ),
  ].sort((a, b) => b.length - a.length);

const hide = (text: string, forms: readonly string[]): string =>
  forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);

/** A text without the secrets that the runner knows. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string => hide(text, formsOf(secrets));

/** A stream of any bytes without the secrets that the runner knows, also one that lies across two chunks. */
export function hidingSecrets(secrets: readonly string[]): Transform {
  // One character a byte, so that what is no UTF-8 stays what it is.
  const forms = formsOf(secrets).map((form) => Buffer.from(form, 'utf8').toString('latin1'));
  const keep = Math.max(0, ...forms.map(({ length }) => length - 1));
  let rest = '';
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const text = hide(rest + chunk.toString('latin1'), forms);
      const end = Math.max(0, text.length - keep);
      rest = text.slice(end);
      done(null, Buffer.from(text.slice(0, end), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(rest, 'latin1'));
    },
  });
}

/** Copies a file that a tool wrote: what it printed of its environment is in no artifact. */
export const copyWithoutSecrets = (source: string, target: string, secrets: readonly string[]): Promise<void> =>
  pipeline(createReadStream(source), hidingSecrets(secrets), createWriteStream(target));
