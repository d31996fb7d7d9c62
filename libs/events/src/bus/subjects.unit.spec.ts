import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cidrToToken, parseSubject, subjectMatches, subjects, tokenToCidr } from './subjects.ts';

const token = fc.stringMatching(/^[a-z0-9_-]{1,64}$/);
const octet = fc.integer({ min: 0, max: 255 });
const cidr = fc
  .tuple(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }))
  .map(([a, b, c, d, prefix]) => `${a}.${b}.${c}.${d}/${prefix}`);

describe('subjects', () => {
  test('what is built can be taken apart', () => {
    fc.assert(
      fc.property(token, token, cidr, (one, two, block) => {
        expect(parseSubject(subjects.edge(one, two))).toEqual({ aggregate: 'edge', ids: [one, two] });
        expect(parseSubject(subjects.run(one))).toEqual({ aggregate: 'run', ids: [one] });
        expect(parseSubject(subjects.pool(one, block))).toEqual({ aggregate: 'pool', ids: [one, cidrToToken(block)] });
        expect(tokenToCidr(cidrToToken(block))).toBe(block);
      }),
    );
  });

  test('no id can widen a subject or leave its aggregate', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        fc.pre(!/^[a-z0-9_-]{1,64}$/.test(id));
        expect(() => subjects.run(id)).toThrow(RangeError);
        expect(parseSubject(`evt.run.${id}`)?.ids.includes(id) ?? false).toBe(false);
      }),
    );
    for (const bad of ['', '*', '>', 'a.b', 'A', 'ä', 'a b', 'x'.repeat(65), 'a\n'])
      expect(() => subjects.run(bad)).toThrow(RangeError);
  });
});

describe('subject filters', () => {
  test.each([
    ['evt.run.a', 'evt.run.a', true],
    ['evt.run.a', 'evt.run.b', false],
    ['evt.run.*', 'evt.run.b', true],
    ['evt.run.*', 'evt.run.b.c', false],
    ['evt.run.>', 'evt.run.b.c', true],
    ['evt.run.>', 'evt.run', false],
    ['>', 'evt', true],
    ['*.run.*', 'evt.run.a', true],
    ['evt.run.a.b', 'evt.run.a', false],
    ['evt.run', 'evt.run.a', false],
  ])('%s matches %s: %s', (filter, subject, expected) => {
    expect(subjectMatches(filter, subject)).toBe(expected);
  });
});
