import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The key that signs upload URLs: the given one, else a random one kept in `file` (mode 0600), made by whichever replica comes
 * first. It is linked into place complete, so that no replica reads half a key.
 */
export async function signingKey(given: string | undefined, file: string): Promise<Uint8Array> {
  if (given !== undefined) return Buffer.from(given, 'utf8');
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return Buffer.from((await readFile(file, 'utf8')).trim(), 'utf8');
}
