import { z } from 'zod';

export const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
export type LogLevel = z.infer<typeof logLevel>;

/** Levels by logger name. */
export type LogMapping = ReadonlyMap<string, LogLevel>;

/**
 * Reads LOG_MAPPING, `nats=warn,reactor=debug`.
 * Returns the entries that make no sense beside the mapping: a bad log level must not keep a service from starting twice.
 */
export function parseLogMapping(text: string): { readonly mapping: LogMapping; readonly wrong: readonly string[] } {
  const mapping = new Map<string, LogLevel>();
  const wrong: string[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [name, level, ...rest] = entry.split('=').map((part) => part.trim());
    const parsed = logLevel.safeParse(level);
    if (name === undefined || name === '' || !parsed.success || rest.length > 0) wrong.push(entry);
    else mapping.set(name, parsed.data);
  }
  return { mapping, wrong };
}
