import { encodeUser, fmtCreds } from '@nats-io/jwt';
import { createUser, fromSeed } from '@nats-io/nkeys';
import { BenchbusError } from '../bus/errors.ts';
import type { AuthorityKey } from './authority.ts';
import type { Permissions } from './permissions.ts';

/**
 * A new user of the account: the text of a `.creds` file, which holds its secret key.
 * @param expiresAt ms since the epoch; undefined: never
 */
export async function makeCreds(
  { account, signingSeed }: AuthorityKey,
  {
    name,
    permissions,
    expiresAt,
  }: {
    readonly name: string;
    readonly permissions: (publicKey: string) => Permissions;
    readonly expiresAt?: number | undefined;
  },
): Promise<string> {
  const user = createUser();
  const { pub, sub, resp } = permissions(user.getPublicKey());
  const signer = fromSeed(new TextEncoder().encode(signingSeed));
  const limits = { pub, sub, issuer_account: account, ...(resp && { resp: { ...resp } }) };
  const exp = expiresAt === undefined ? {} : { exp: Math.floor(expiresAt / 1000) };
  const jwt = await encodeUser(name, user, signer, limits, exp);
  return new TextDecoder().decode(fmtCreds(jwt, user));
}

/** Whose credentials these are: the public key in their JWT. @throws BenchbusError NATS_CREDS_INVALID; what is in them is not shown */
export function publicKeyOf(creds: string): string {
  const [, jwt = ''] = /BEGIN NATS USER JWT-+\s+(\S+)/.exec(creds) ?? [];
  try {
    const { sub } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { sub?: unknown };
    if (typeof sub === 'string' && /^U[A-Z2-7]{55}$/.test(sub)) return sub;
  } catch {
    // said below
  }
  throw new BenchbusError({
    code: 'NATS_CREDS_INVALID',
    message: 'the credentials for NATS are not readable',
    where: 'NATS_CREDS_FILE',
    hint: 'a .creds file holds the JWT and the key of one user: `npm run nats:accounts` makes one for each',
  });
}
