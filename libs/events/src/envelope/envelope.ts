import { z } from 'zod';
import { decodeHeaderValue } from './percent.ts';

/** Not empty. */
const SOMETHING = undefined;
const HASH = /^[0-9a-f]{64}$/;

/**
 * The attributes every fact has, and what each must look like. Expressions and no schema: this is asked of each event that
 * is read, and a schema takes four times as long.
 */
const RULES = {
  'ce-specversion': /^1\.0$/,
  'ce-id': SOMETHING,
  'ce-type': SOMETHING,
  'ce-source': SOMETHING,
  'ce-time': z.core.regexes.datetime({ offset: true }),
  'ce-subject': SOMETHING,
  'ce-correlationid': SOMETHING,
  'ce-causationid': SOMETHING,
  'ce-counter': /^[1-9]\d{0,14}$/,
  'ce-hash': HASH,
  'ce-prevhash': /^([0-9a-f]{64})?$/,
  'ce-incarnation': z.core.regexes.uuid(),
} as const;
const ENTRIES = Object.entries(RULES) as [keyof typeof RULES, RegExp | undefined][];

/** By their header names, decoded; empty: it is not there. */
export type Envelope = Readonly<Record<keyof typeof RULES, string>>;

/** The attributes of a message in binary mode, as they stand. Spelled out: a loop over the names is much slower. */
export const envelopeOf = (headers: Readonly<Record<string, string>>): Envelope => ({
  'ce-specversion': decodeHeaderValue(headers['ce-specversion'] ?? ''),
  'ce-id': decodeHeaderValue(headers['ce-id'] ?? ''),
  'ce-type': decodeHeaderValue(headers['ce-type'] ?? ''),
  'ce-source': decodeHeaderValue(headers['ce-source'] ?? ''),
  'ce-time': decodeHeaderValue(headers['ce-time'] ?? ''),
  'ce-subject': decodeHeaderValue(headers['ce-subject'] ?? ''),
  'ce-correlationid': decodeHeaderValue(headers['ce-correlationid'] ?? ''),
  'ce-causationid': decodeHeaderValue(headers['ce-causationid'] ?? ''),
  'ce-counter': decodeHeaderValue(headers['ce-counter'] ?? ''),
  'ce-hash': decodeHeaderValue(headers['ce-hash'] ?? ''),
  'ce-prevhash': decodeHeaderValue(headers['ce-prevhash'] ?? ''),
  'ce-incarnation': decodeHeaderValue(headers['ce-incarnation'] ?? ''),
});

/** What is wrong with an envelope, without its values. */
export function envelopeProblem(envelope: Envelope): string | undefined {
  for (const [name, rule] of ENTRIES) {
    const value = envelope[name];
    const fits = rule === undefined ? value !== '' : rule.test(value);
    if (!fits) return `${name} is ${value === '' ? 'missing' : 'malformed'}`;
  }
  return undefined;
}
