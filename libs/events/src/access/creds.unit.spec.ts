import { expect, it } from 'vitest';
import { makeCreds, publicKeyOf } from './creds.ts';
import { makeAccounts } from './make-accounts.ts';
import { permissionsOf } from './permissions.ts';
import { edgeRunner } from './users/edge-runner.ts';

/** nats-server's `max_control_line`; beside the JWT a connection's first line has a signature, names and versions. */
const FIRST_LINE = 4096;
const BESIDE = 400;
const jwtOf = (creds: string): string => /BEGIN NATS USER JWT-+\s+(\S+)/.exec(creds)?.[1] ?? '';

it('leaves room for every user’s rights in the first line of a connection', async () => {
  const { creds, authority } = await makeAccounts('test');
  // The longest that names can be.
  const user = edgeRunner('r'.repeat(64), 'n'.repeat(63));
  const runner = await makeCreds(authority, { name: user.name, permissions: (key) => permissionsOf(user, key) });
  for (const [name, text] of [...creds, ['edge runner', runner] as const])
    expect(jwtOf(text).length, name).toBeLessThan(FIRST_LINE - BESIDE);
});

it('knows whose credentials it has, and shows nothing of those that it cannot read', async () => {
  const { creds } = await makeAccounts('test');
  const keys = [...creds.values()].map(publicKeyOf);
  expect(new Set(keys).size).toBe(creds.size);
  for (const text of ['', 'SUAKEY', '-----BEGIN NATS USER JWT-----\na.b.c\n------END NATS USER JWT------'])
    expect(() => publicKeyOf(text)).toThrow(/^the credentials for NATS are not readable$/);
});
