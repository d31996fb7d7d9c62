import { expect, it } from 'vitest';
import { connectionString } from './connection.ts';

const connection = { host: '10.2.0.9', port: 6432, user: 'postgres', database: 'postgres' };

it("is the predecessor's connection string", () => {
  const of = { connection: { ...connection, parameters: { sslmode: 'disable' } } };
  expect(connectionString(of, 'postgres')).toBe('postgres://postgres:postgres@10.2.0.9:6432/postgres?sslmode=disable');
});

it('escapes what a URL would take for its own, and survives a URL parser', () => {
  const odd = { host: '::1', port: 5432, user: 'a@b', database: 'x/y?', parameters: { options: '-c a=b&c' } };
  const url = new URL(connectionString({ connection: odd }, 'p:w@/#?'));
  expect([url.hostname, url.port]).toEqual(['[::1]', '5432']);
  expect([url.username, url.password, url.pathname].map(decodeURIComponent)).toEqual(['a@b', 'p:w@/#?', '/x/y?']);
  expect(url.searchParams.get('options')).toBe('-c a=b&c');
  expect(connectionString({ connection })).toBe('postgres://postgres@10.2.0.9:6432/postgres');
});
