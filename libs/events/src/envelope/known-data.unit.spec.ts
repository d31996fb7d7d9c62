import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readRecordings } from '../contracts/frozen-files.ts';
import { attributesOf, jsonOf } from './attributes.ts';
import { decodeEvent } from './decode.ts';
import { envelopeHash } from './hash.ts';
import { parseKnown } from './known-data.ts';

const schema = z.strictObject({
  name: z.string(),
  nodes: z.array(z.strictObject({ on: z.boolean() })),
  how: z.discriminatedUnion('tool', [
    z.strictObject({ tool: z.literal('a'), speed: z.number() }),
    z.strictObject({ tool: z.literal('b') }),
  ]),
  where: z.union([
    z.strictObject({ path: z.string() }),
    z.strictObject({ s3: z.strictObject({ bucket: z.string() }) }),
  ]),
});
const data = { name: 'n', nodes: [{ on: true }], how: { tool: 'a', speed: 1 }, where: { s3: { bucket: 'b' } } };

describe('a tolerant reader', () => {
  test('leaves out what a later version added, wherever it is', () => {
    const later = {
      ...data,
      added: { x: [1] },
      nodes: [{ on: true, since: 'now' }],
      how: { tool: 'a', speed: 1, unit: 'km/h' },
      where: { s3: { bucket: 'b', region: 'r' }, mirror: true },
    };
    const before = structuredClone(later);
    expect(parseKnown(schema, later)).toEqual({ success: true, data });
    expect(later).toEqual(before);
  });

  test('leaves out what nobody could copy: 100,000 levels', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(parseKnown(schema, { ...data, added: deep, nodes: [{ on: true, since: deep }] })).toEqual({
      success: true,
      data,
    });
    expect(parseKnown(schema, { ...data, name: deep }).success).toBe(false);
  });

  test.each<[string, object]>([
    ['a missing field', { ...data, name: undefined, added: 1 }],
    ['a wrong type', { ...data, name: 1, added: 1 }],
    ['an unknown alternative', { ...data, how: { tool: 'c' }, added: 1 }],
    ['no alternative that fits', { ...data, where: { path: 1, more: 2 } }],
  ])('still refuses %s', (_, wrong) => expect(parseKnown(schema, wrong).success).toBe(false));
});

test('every recorded event is read as it was when its writer adds a field', () => {
  for (const [file, stored] of readRecordings()) {
    if (file.includes('requests')) continue;
    for (const message of stored) {
      const later = { ...(jsonOf(message) as object), addedLater: true };
      const hash = envelopeHash(attributesOf(message.headers), later);
      const headers = { ...message.headers, 'ce-hash': hash };
      const body = new TextEncoder().encode(JSON.stringify(later));
      expect(decodeEvent({ ...message, headers, body })).toEqual({ ...decodeEvent(message), hash });
    }
  }
});
