import { escapeTemplate } from '../placeholders.ts';

/** A value as postgresql.conf's scanner (guc-file.l, GUC_scanstr) reads it back unchanged. Placeholders stay. */
export const quoteSetting = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`;

/** An SQL identifier. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** One word of a POSIX shell, a template of what comes from outside. */
export const shellWord = (text: string): string => `'${escapeTemplate(text).replaceAll("'", "'\\''")}'`;
