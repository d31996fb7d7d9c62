import { hideUserinfo } from '@benchbus/service';

/** A longer line is cut: a person reads it, and a thousand of them must not fill the stream. */
export const MAX_LINE = 2_000;

const HIDDEN = '***';

/** `password=x`, `"token": "x"`, `PASSWORD 'x'`: whatever the program that wrote it is called. */
const ASSIGNED =
  /\b(\w*(?:password|passwd|secret|token|api_?key|access_?key)\w*["']?(?:\s*[=:]\s*|\s+(?=['"])))("[^"]*"|'(?:[^']|'')*'|[^\s,;}"']+)/gi;

/** A line as it may leave the node: without known secrets, passwords in URLs, assigned secrets; cut. */
export function safeLine(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) {
    // As such, and as an SQL literal has it.
    for (const form of [secret, secret.replaceAll("'", "''")]) safe = safe.replaceAll(form, HIDDEN);
  }
  safe = hideUserinfo(safe).replace(ASSIGNED, `$1${HIDDEN}`);
  return safe.length > MAX_LINE ? `${safe.slice(0, MAX_LINE - 1)}…` : safe;
}
