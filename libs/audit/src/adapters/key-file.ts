import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { newKeyPem } from '../checkpoint/keys.ts';
import { createFile } from './create-file.ts';

/** The key that signs checkpoints: made at first use, mode 0600. */
export async function signingKeyFile(path: string): Promise<KeyObject> {
  await createFile(path, newKeyPem(), 0o600);
  return createPrivateKey(await readFile(path, 'utf8'));
}

/** The public half of a key file, private or public; undefined where there is no such file. */
export async function publicKeyOf(path: string): Promise<KeyObject | undefined> {
  try {
    return createPublicKey(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
