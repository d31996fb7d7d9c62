import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A new private key, as a PEM file. */
export const newKeyPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

export const publicPem = (key: KeyObject): string => publicOf(key).export({ type: 'spki', format: 'pem' }).toString();

/** Names a key: the beginning of the SHA-256 of its public half (SPKI, DER). */
export const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(publicOf(key).export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

export const publicOf = (key: KeyObject): KeyObject => (key.type === 'private' ? createPublicKey(key) : key);

/** Keys whose signatures count, by their ids. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;
export const trust = (keys: readonly KeyObject[]): TrustedKeys =>
  new Map(keys.map((key) => [keyIdOf(key), publicOf(key)]));
