import { expect, it } from 'vitest';
import { isOutsideJwt, jwtOf, makeCreds, publicKeyOf } from './creds.ts';
import { makeAccounts } from './make-accounts.ts';
import { permissionsOf } from './permissions.ts';
import { edgeRunner } from './users/edge-runner.ts';

/** nats-server's `max_control_line`; beside the JWT a connection's first line has a signature, names and versions. */
const FIRST_LINE = 4096;
const BESIDE = 400;

it('leaves room for every user’s rights in the first line of a connection', async () => {
  const { creds, authorities } = await makeAccounts('test');
  // The longest that names can be.
  const user = edgeRunner('r'.repeat(64), 'n'.repeat(63));
  const runner = await makeCreds(authorities.runners, {
    name: user.name,
    permissions: (key) => permissionsOf(user, key),
  });
  for (const [name, text] of [...creds, ['edge runner', runner] as const])
    expect(jwtOf(text).length, name).toBeLessThan(FIRST_LINE - BESIDE);
});

it('tells who is outside the services’ account by what the credentials allow', async () => {
  const { creds, authorities } = await makeAccounts('test');
  const user = edgeRunner('r1', 'pg');
  const runner = await makeCreds(authorities.runners, { name: '', permissions: (key) => permissionsOf(user, key) });
  for (const [name, text] of [...creds, ['runner', runner] as const])
    expect(isOutsideJwt(jwtOf(text)), name).toBe(['client', 'auditor', 'runner'].includes(name));
  for (const text of ['', 'a.b.c', 'a.e30.c']) expect(isOutsideJwt(text)).toBe(false);
});

it('knows whose credentials it has, and shows nothing of those that it cannot read', async () => {
  const { creds } = await makeAccounts('test');
  const keys = [...creds.values()].map(publicKeyOf);
  expect(new Set(keys).size).toBe(creds.size);
  for (const text of ['', 'SUAKEY', '-----BEGIN NATS USER JWT-----\na.b.c\n------END NATS USER JWT------'])
    expect(() => publicKeyOf(text)).toThrow(/^the credentials for NATS are not readable$/);
});
