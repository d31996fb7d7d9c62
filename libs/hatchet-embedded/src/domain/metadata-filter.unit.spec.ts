import { expect, test } from 'vitest';
import { matchesMetadata } from './metadata-filter.ts';

test('one matching pair is enough; none asked for matches all', () => {
  expect(matchesMetadata({ a: '1', b: '2' }, ['a:9', 'b:2'])).toBe(true);
  expect(matchesMetadata({ a: '1' }, ['a:2'])).toBe(false);
  expect(matchesMetadata({}, [])).toBe(true);
});

test('values may hold colons, and other types are compared as JSON text', () => {
  expect(matchesMetadata({ url: 'http://x' }, ['url:http://x'])).toBe(true);
  expect(matchesMetadata({ n: 5, flag: true }, ['n:5'])).toBe(true);
  expect(matchesMetadata({ n: 5 }, ['n'])).toBe(false);
});
