import { z } from 'zod';
import { DURATION, DURATION_ALLOWED, parseDuration } from './duration.ts';
import { SIZE, SIZE_ALLOWED, parseSize } from './size.ts';

/** Text → number, where `regex` is what editors check and `parse` is what counts. */
function quantity(regex: RegExp, allowed: string, parse: (text: string) => number | undefined) {
  return z
    .string({ error: allowed })
    .regex(regex, { error: allowed, abort: true })
    .transform((text, context) => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: allowed });
      return z.NEVER;
    });
}

/** In: `1h30m`; out: milliseconds. */
export const duration = quantity(DURATION, DURATION_ALLOWED, parseDuration);

/** In: `1GB`; out: bytes. */
export const size = quantity(SIZE, SIZE_ALLOWED, parseSize);

const CONTROL = /^\P{Cc}*$/u;
const SETTING_VALUE = 'text on one line, a number, true or false';

/** Tabs too: they are as harmless as spaces. */
const ONE_LINE = /^(?:\P{Cc}|\t)*$/u;

/** A value of postgresql.conf; out: text (`true` → `on`). One line: a second one would be another setting. */
export const settingValue = z
  .union([z.string().max(4096).regex(ONE_LINE), z.number(), z.boolean()], { error: SETTING_VALUE })
  .transform((value) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)));

/** Names that people read, in results and logs. */
export const title = z.string().min(1).max(200).regex(CONTROL, 'text on one line');

/** Anything else that is one line. */
export const line = z.string().min(1).max(4096).regex(CONTROL, 'text on one line');

/** The value of a label; out: text. */
export const label = z
  .union([z.string().max(200).regex(CONTROL), z.number(), z.boolean()], {
    error: 'text of at most 200 characters on one line, a number, true or false',
  })
  .transform(String);

const LINES = /^(?:\P{Cc}|[\n\r\t])*$/u;

export const absolutePath = z
  .string()
  .max(4096)
  .regex(/^\/\P{Cc}*$/u, 'an absolute path');

/** Lines, but no other control characters. */
export const lines = (max: number) => z.string().max(max).regex(LINES, 'text without control characters');
