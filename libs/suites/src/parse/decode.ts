import type { Finding } from './finding.ts';

export const MAX_TEXT_BYTES = 1024 * 1024;

const tooLarge = (bytes: number): Finding => ({
  code: 'SUITE_TOO_LARGE',
  path: [],
  text: `the file has ${bytes} bytes; allowed are ${MAX_TEXT_BYTES} (1 MiB)`,
  hint: 'split it into several suites',
});

const binary = (text: string): Finding => ({
  code: 'SUITE_BINARY',
  path: [],
  text,
  hint: 'a suite is a YAML text; save it as UTF-8',
});

// eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Bytes or text → text of a bearable size without control characters. */
export function decode(input: string | Uint8Array): string | Finding {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  if (size > MAX_TEXT_BYTES) return tooLarge(size);
  let text: string;
  try {
    text =
      typeof input === 'string'
        ? input.replace(/^\uFEFF/, '')
        : new TextDecoder('utf-8', { fatal: true }).decode(input);
  } catch {
    // The decoder says no more than this.
    return binary('the file is not UTF-8 text');
  }
  const control = CONTROL.exec(text);
  if (control === null) return text;
  const code = control[0].charCodeAt(0).toString(16).padStart(4, '0');
  const line = text.slice(0, control.index).split('\n').length;
  return binary(`line ${line} has the control character U+${code}: the file is not a text`);
}
