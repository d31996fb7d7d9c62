import { encodeUser } from '@nats-io/jwt';
import { fromPublic, fromSeed } from '@nats-io/nkeys';
import { z } from 'zod';
import { BenchbusError } from '../bus/errors.ts';
import type { Permissions } from './permissions.ts';

/** What is needed to let users into an account: its name (public key), and the seed of one of its signing keys, a secret. */
export const authorityKey = z.strictObject({
  account: z.string().startsWith('A'),
  signingSeed: z.string().startsWith('SA'),
});
export type AuthorityKey = z.infer<typeof authorityKey>;

export interface IssuedAccess {
  readonly jwt: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** Issues access to the account: JWTs that end by themselves. */
export interface Authority {
  /** Public key of the account. */
  readonly account: string;
  issue(user: {
    readonly name: string;
    readonly publicKey: string;
    readonly permissions: Permissions;
    /** ms since the epoch; seconds count. */
    readonly expiresAt: number;
  }): Promise<IssuedAccess>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** @throws BenchbusError NATS_SIGNING_KEY_INVALID */
export function createAuthority(text: string): Authority {
  let key: AuthorityKey;
  try {
    key = authorityKey.parse(JSON.parse(text));
    fromSeed(bytes(key.signingSeed));
  } catch {
    throw new BenchbusError({
      code: 'NATS_SIGNING_KEY_INVALID',
      message: 'the signing key of the NATS account is not readable',
      where: 'BENCHBUS_NATS_SIGNING_KEY_FILE',
      hint: 'npm run nats:accounts makes one: signing-key.json',
    });
  }
  const signer = fromSeed(bytes(key.signingSeed));
  return {
    account: key.account,
    async issue({ name, publicKey, permissions: { pub, sub, resp }, expiresAt }) {
      const exp = Math.floor(expiresAt / 1000);
      const limits = { pub, sub, issuer_account: key.account, ...(resp && { resp: { ...resp } }) };
      const jwt = await encodeUser(name, fromPublic(publicKey), signer, limits, { exp });
      return { jwt, expiresAt: exp * 1000 };
    },
  };
}
