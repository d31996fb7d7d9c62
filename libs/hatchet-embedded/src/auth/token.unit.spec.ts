import { expect, test } from 'vitest';
import { bearerToken, createToken, isOwnToken } from './token.ts';

const claims = { tenantId: 't', grpcAddress: '127.0.0.1:1', restUrl: 'http://127.0.0.1:2' };

test('a token is accepted by its secret and tenant only', () => {
  const token = createToken(claims, 'secret');
  expect(isOwnToken(token, 't', 'secret')).toBe(true);
  expect(isOwnToken(token, 't', 'other')).toBe(false);
  expect(isOwnToken(token, 'u', 'secret')).toBe(false);
});

test('a changed token is refused, and nonsense does no harm', () => {
  const [header = '', body = '', signature = ''] = createToken(claims, 'secret').split('.');
  const forged = Buffer.from(JSON.stringify({ sub: 't', admin: true })).toString('base64url');
  for (const token of [
    `${header}.${forged}.${signature}`,
    `${header}.${body}.`,
    `${header}.${body}`,
    '',
    '..',
    'a.b.c.d',
  ]) {
    expect(isOwnToken(token, 't', 'secret')).toBe(false);
  }
});

test('the claims the SDK reads', () => {
  const body = createToken(claims, 'secret').split('.')[1] ?? '';
  expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject({
    sub: 't',
    server_url: 'http://127.0.0.1:2',
    grpc_broadcast_address: '127.0.0.1:1',
  });
});

test('bearer in any case', () => {
  expect(bearerToken('bearer x')).toBe('x');
  expect(bearerToken('Bearer x')).toBe('x');
  expect(bearerToken('Basic x')).toBeUndefined();
  expect(bearerToken(undefined)).toBeUndefined();
});
