import { encodeUser, fmtCreds } from '@nats-io/jwt';
import { createUser, fromSeed } from '@nats-io/nkeys';
import { z } from 'zod';
import { BenchbusError } from '../bus/errors.ts';
import { OUTSIDE_API } from './account.ts';
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

/** The JWT in the text of a `.creds` file; empty where there is none. */
export const jwtOf = (creds: string): string => /BEGIN NATS USER JWT-+\s+(\S+)/.exec(creds)?.[1] ?? '';

const claimsOf = (jwt: string): unknown =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as unknown;

const published = z.object({ nats: z.object({ pub: z.object({ allow: z.array(z.string()) }) }) });

/**
 * Whether a user is outside the services' account: what it may publish, its JWT says, and there alone JetStream has another name.
 * What is no JWT is for others to refuse.
 */
export function isOutsideJwt(jwt: string): boolean {
  try {
    const { nats } = published.parse(claimsOf(jwt));
    return nats.pub.allow.some((subject) => subject.startsWith(`${OUTSIDE_API}.`));
  } catch {
    return false;
  }
}

/** Public key of the account that lets this user in; undefined where it cannot be read. */
export function accountOf(creds: string): string | undefined {
  try {
    return z.object({ nats: z.object({ issuer_account: z.string() }) }).parse(claimsOf(jwtOf(creds))).nats
      .issuer_account;
  } catch {
    return undefined;
  }
}

/** Whose credentials these are: the public key in their JWT. @throws BenchbusError NATS_CREDS_INVALID; what is in them is not shown */
export function publicKeyOf(creds: string): string {
  try {
    const { sub } = claimsOf(jwtOf(creds)) as { sub?: unknown };
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
