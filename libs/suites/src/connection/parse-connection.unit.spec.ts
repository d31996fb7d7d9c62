import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatConnectionUrl } from '../native/connection-url.ts';
import { parseConnection } from './parse-connection.ts';

describe('the text of a connection', () => {
  it.each([
    ['postgres://h', { host: 'h', port: 5432, user: 'postgres', database: 'postgres', parameters: {} }],
    [
      'postgresql://u:p%40@h:6432/d?sslmode=disable',
      { host: 'h', port: 6432, user: 'u', database: 'd', password: 'p@', parameters: { sslmode: 'disable' } },
    ],
    ['postgres://u@[::1]/d', { host: '::1', port: 5432, user: 'u', database: 'd', parameters: {} }],
    [
      'postgres:///d?host=db.lan&user=u&password=p',
      { host: 'db.lan', port: 5432, user: 'u', database: 'd', password: 'p', parameters: {} },
    ],
    [
      String.raw`host=h user = u password='a b\' c' connect_timeout=3`,
      {
        host: 'h',
        port: 5432,
        user: 'u',
        database: 'u',
        password: "a b' c",
        parameters: { connect_timeout: '3' },
      },
    ],
  ])('%s', (text, connection) => expect(parseConnection(text)).toEqual(connection));

  it.each([
    '',
    'h',
    'mysql://h/d',
    'postgres://',
    'postgres://a,b/d',
    'host=h junk',
    'host=h port=0',
    'postgres://%/d',
  ])('is none: %j', (text) => expect(parseConnection(text)).toBeUndefined());

  it('is looked at in linear time', () => {
    for (const text of ['a = '.repeat(200_000), 'a'.repeat(1_000_000), `host='${'\\a'.repeat(500_000)}`])
      expect(parseConnection(text)).toBeUndefined();
  });
});

it('any connection is read back as it was written', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => /^[^\p{Cc}\0]+$/u.test(text));
  const key = fc.constantFrom('sslmode', 'application_name', 'connect_timeout');
  const connection = fc.record({
    host: fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('::1', 'fe80::1')),
    port: fc.integer({ min: 1, max: 65_535 }),
    user: word,
    database: fc.oneof(word, fc.constantFrom('.', '..')),
    parameters: fc.dictionary(key, word, { noNullPrototype: true }),
  });
  fc.assert(
    fc.property(connection, (one) => {
      expect(parseConnection(formatConnectionUrl(one))).toEqual(one);
    }),
  );
});
