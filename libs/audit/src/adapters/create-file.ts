import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Puts a file there complete, or finds it there: of several processes one creates it. It is linked into place, so that nobody
 * reads half of it.
 */
export async function createFile(path: string, content: string, mode = 0o644): Promise<'created' | 'exists'> {
  // What nobody else may read lies in a folder that nobody else may list.
  await mkdir(dirname(path), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o777 });
  if (existsSync(path)) return 'exists'; // also where nobody may write, such as a mounted secret
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
    return 'created';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return 'exists';
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
