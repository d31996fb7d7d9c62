import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createFile } from '@benchbus/audit';

/**
 * The key that signs upload URLs: the given one, else a random one kept in `file` (mode 0600), made by whichever replica comes
 * first.
 */
export async function signingKey(given: string | undefined, file: string): Promise<Uint8Array> {
  if (given !== undefined) return Buffer.from(given, 'utf8');
  await createFile(file, randomBytes(32).toString('hex'), 0o600);
  return Buffer.from((await readFile(file, 'utf8')).trim(), 'utf8');
}
