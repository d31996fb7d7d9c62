import { createUser, fromSeed } from '@nats-io/nkeys';

export interface KeyPair {
  readonly publicKey: string;
  /** `SU…`, base32: 256 random bits. A secret. */
  readonly seed: string;
}

const shown = (pair: ReturnType<typeof createUser>): KeyPair => ({
  publicKey: pair.getPublicKey(),
  seed: new TextDecoder().decode(pair.getSeed()),
});

/** A new identity of a NATS user. */
export const newUserKey = (): KeyPair => shown(createUser());

/** @throws NKeysError where it is no seed */
export const userKeyOf = (seed: string): KeyPair => shown(fromSeed(new TextEncoder().encode(seed)));
