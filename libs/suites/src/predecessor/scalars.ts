import { z } from 'zod';
import { secretRef } from '../model/scalars.ts';
import { nearest } from '../parse/nearest.ts';

/** Protobuf's JSON form of scalars: what was valid for the predecessor's reader is valid here. */

const MAX_UINT32 = 4_294_967_295;
const IN_QUOTES = 'text (in quotes, where it looks like a number or true)';

export const text = z.string({ error: IN_QUOTES });
export const required = text.min(1);

/** 32-bit number; also as text, as protobuf has it. */
export function uint32(min = 0, max = MAX_UINT32) {
  const allowed = `a whole number from ${min} to ${max}`;
  return z
    .union([z.int(), z.string().regex(/^\d{1,10}$/)], { error: allowed })
    .transform(Number)
    .pipe(z.int().min(min, allowed).max(max, allowed));
}

/** 64-bit number; what is beyond exact numbers is as good as the largest of these. */
export const uint64 = z
  .union([z.number().refine(Number.isInteger), z.string().regex(/^\d{1,20}$/)], { error: 'a whole number, 0 or more' })
  .transform(Number)
  .pipe(z.number().min(0, 'a whole number, 0 or more'))
  .transform((value) => Math.min(value, Number.MAX_SAFE_INTEGER));

/** The predecessor read YAML 1.1, where these words are no text. */
const YES = ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'] as const;
const NO = ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'] as const;

export const bool = z
  .union([z.boolean(), z.enum([...YES, ...NO])], { error: 'true or false' })
  .transform((value) => (typeof value === 'boolean' ? value : YES.some((word) => word === value)));

/** An enum by name or by number; the first name is that of 0, "nothing said", and comes out as undefined. */
export function choice<const Names extends readonly [string, string, ...string[]]>(names: Names) {
  type Said = Exclude<Names[number], Names[0]>;
  const [, ...said] = names;
  const allowed = `one of ${said.join(', ')}`;
  const error = ({ input }: { readonly input?: unknown }): string => {
    const meant = typeof input === 'string' ? nearest(input, said) : undefined;
    return meant === undefined ? allowed : `${allowed}; did you mean ${meant}?`;
  };
  return z
    .union([z.enum([...names] as [string, ...string[]]), z.literal(names.map((_, number) => number))], { error })
    .transform((value) => (typeof value === 'number' ? names[value] : value))
    .transform((name) => (name === names[0] ? undefined : (name as Said | undefined)));
}

const DURATION = /^-?\d{1,12}(?:\.\d{1,9})?s$/;

/** `30s`, `1.5s` → milliseconds. */
export function duration(minMs: number, maxMs: number, allowed: string) {
  return z
    .string({ error: allowed })
    .regex(DURATION, allowed)
    .transform((value) => Math.round(Number(value.slice(0, -1)) * 1000))
    .pipe(z.number().min(minMs, allowed).max(maxMs, allowed));
}

const REFERENCE = 'a reference to a secret: { secret: NAME }';

/** A secret: by reference; in plain text it is refused, unless it was lifted before. */
export const secret = z.union([secretRef, required.transform((_, context) => refuse(context))], { error: REFERENCE });

function refuse(context: { addIssue(issue: { code: 'custom'; message: string }): void }): never {
  context.addIssue({ code: 'custom', message: REFERENCE });
  return z.NEVER;
}
