import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderStorage } from './folder-storage.ts';
import { signingKey } from './signing-key.ts';

let root: string;
let storage: FolderStorage;
const expected = (text: string) => ({
  bytes: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
});
async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'benchbus-folder-'));
  storage = new FolderStorage(root);
  await storage.prepare();
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('keeps what is exactly as expected, and leaves nothing of what is not', async () => {
  await storage.put('s/r/n/a/x.log', chunks('ab', 'cd'), expected('abcd'));
  expect(await readFile(join(root, 's/r/n/a/x.log'), 'utf8')).toBe('abcd');
  await expect(storage.put('s/r/n/b/x', chunks('abc'), expected('abcd'))).rejects.toMatchObject({
    code: 'UPLOAD_SIZE',
  });
  await expect(storage.put('s/r/n/b/x', chunks('abcde'), expected('abcd'))).rejects.toMatchObject({
    code: 'UPLOAD_SIZE',
  });
  await expect(storage.put('s/r/n/b/x', chunks('abcx'), expected('abcd'))).rejects.toMatchObject({
    code: 'UPLOAD_CHECKSUM',
  });
  expect(await storage.open('s/r/n/b/x')).toBeUndefined();
  expect(await readdir(join(root, '.incoming'))).toEqual([]);
});

it('says so when there is no space left', async () => {
  // eslint-disable-next-line require-yield -- the file system fails at the first byte
  const full = async function* (): AsyncGenerator<Uint8Array> {
    throw Object.assign(new Error('write'), { code: 'ENOSPC' });
  };
  await expect(storage.put('s/x', full(), expected('a'))).rejects.toMatchObject({ code: 'STORE_FULL', status: 507 });
  expect(await readdir(join(root, '.incoming'))).toEqual([]);
});

it('compares what is there', async () => {
  await storage.put('s/x', chunks('abcd'), expected('abcd'));
  expect(await storage.verify('s/x', expected('abcd'))).toBe('same');
  expect(await storage.verify('s/x', expected('abce'))).toBe('different');
  expect(await storage.verify('s/x', expected('abc'))).toBe('different');
  expect(await storage.verify('s/y', expected('abcd'))).toBe('absent');
  expect(await storage.verify('s/x/y', expected('abcd'))).toBe('absent');
});

it('deletes a file with the folders that become empty, twice if asked', async () => {
  await storage.put('s/r/n/a/x', chunks('a'), expected('a'));
  await storage.put('s/r/m/b/y', chunks('a'), expected('a'));
  await storage.delete('s/r/n/a/x');
  await storage.delete('s/r/n/a/x');
  expect(await readdir(join(root, 's/r'))).toEqual(['m']);
  await storage.delete('s/r/m/b/y');
  expect(await readdir(root)).toEqual(['.incoming']);
});

it('takes two uploads of one file at once', async () => {
  const puts = Array.from({ length: 8 }, () => storage.put('s/x', chunks('ab', 'cd'), expected('abcd')));
  await Promise.all(puts);
  expect(await storage.verify('s/x', expected('abcd'))).toBe('same');
});

it('removes parts of dead uploads only', async () => {
  await writeFile(join(root, '.incoming/old.part'), 'x');
  await writeFile(join(root, '.incoming/new.part'), 'x');
  await utimes(join(root, '.incoming/old.part'), 1000, 1000);
  await storage.prepare();
  expect(await readdir(join(root, '.incoming'))).toEqual(['new.part']);
});

it('does not follow a key out of the store', async () => {
  await expect(storage.put('../x', chunks('a'), expected('a'))).rejects.toThrow(RangeError);
  await expect(storage.open('..')).rejects.toThrow(RangeError);
});

it('makes one signing key for all replicas, readable by its owner only', async () => {
  const file = join(root, 'keys/signing.key');
  const keys = await Promise.all(Array.from({ length: 10 }, () => signingKey(undefined, file)));
  expect(new Set(keys.map((key) => Buffer.from(key).toString())).size).toBe(1);
  expect(keys[0]?.length).toBe(64);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(root, 'keys'))).toEqual(['signing.key']);
});
