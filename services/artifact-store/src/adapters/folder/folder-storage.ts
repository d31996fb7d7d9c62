import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { namedEffect } from '@benchbus/service';
import { UploadError } from '../../domain/upload-error.ts';
import type { Expected } from '../backend.ts';
import { checked } from './checked.ts';

/** Beside the artifacts, on the same file system, so that a rename is atomic; suite ids never begin with a dot. */
const INCOMING = '.incoming';
/** A part nobody has written to for so long belongs to no upload. */
const STALE_MS = 3_600_000;

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Artifacts as files below a folder. */
export class FolderStorage {
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /** Makes the folder, and removes what uploads that were cut off left there. */
  async prepare(now = Date.now()): Promise<void> {
    const incoming = join(this.#root, INCOMING);
    await mkdir(incoming, { recursive: true });
    for (const name of await readdir(incoming)) {
      const path = join(incoming, name);
      // Another replica may remove it, or finish it, at the same time.
      const modified = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => now,
      );
      if (now - modified > STALE_MS) await rm(path, { force: true });
    }
  }

  /**
   * Takes the bytes in; afterwards they are complete under `key` and survive a power cut, or nothing is there.
   * Two at once with the same key and bytes are fine.
   * @throws UploadError UPLOAD_SIZE | UPLOAD_CHECKSUM | STORE_FULL, or what the source throws
   */
  async put(key: string, bytes: AsyncIterable<Uint8Array>, expected: Expected): Promise<void> {
    const target = this.#path(key);
    const part = join(this.#root, INCOMING, `${randomBytes(12).toString('hex')}.part`);
    try {
      await namedEffect('artifact-write', () => this.#write(part, bytes, expected));
      await mkdir(dirname(target), { recursive: true });
      await namedEffect('artifact-rename', () => rename(part, target));
      await namedEffect('artifact-sync', () => syncFolder(dirname(target)));
    } catch (error) {
      await rm(part, { force: true });
      if (hasCode(error, 'ENOSPC', 'EDQUOT'))
        throw new UploadError(
          'STORE_FULL',
          { message: 'the artifact store has no space left', hint: 'free space below BENCHBUS_ARTIFACTS_DIR' },
          { cause: error },
        );
      throw error;
    }
  }

  async #write(part: string, bytes: AsyncIterable<Uint8Array>, expected: Expected): Promise<void> {
    const file = await open(part, 'wx', 0o640);
    try {
      for await (const chunk of checked(bytes, expected)) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Reads what is there and compares. */
  async verify(key: string, expected: Expected): Promise<'absent' | 'same' | 'different'> {
    try {
      const path = this.#path(key);
      if ((await stat(path)).size !== expected.bytes) return 'different';
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
      return hash.digest('hex') === expected.sha256 ? 'same' : 'different';
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return 'absent';
      throw error;
    }
  }

  /** The bytes and how many there are; undefined if there is nothing. The caller reads them to the end, or closes the file. */
  async open(key: string): Promise<{ readonly file: FileHandle; readonly bytes: number } | undefined> {
    try {
      const file = await open(this.#path(key), 'r');
      return { file, bytes: (await file.stat()).size };
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
  }

  /** Fine if there is nothing. */
  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    await namedEffect('artifact-delete', () => rm(path, { force: true }));
    await this.#removeEmpty(dirname(path));
  }

  /** Folders that became empty, up to the root. */
  async #removeEmpty(folder: string): Promise<void> {
    for (let path = folder; path.startsWith(this.#root + sep); path = dirname(path)) {
      try {
        await rmdir(path);
      } catch (error) {
        if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return;
        throw error;
      }
    }
  }

  #path(key: string): string {
    const path = resolve(this.#root, key);
    if (!path.startsWith(this.#root + sep)) throw new RangeError(`${JSON.stringify(key)} leads out of the store`);
    return path;
  }
}
