import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { readTransactions, TRANSACTIONS, type Transactions } from './recompute.ts';

export interface BundleFile {
  readonly bytes: number;
  readonly sha256: string;
  /** Of files that are read as a whole. */
  readonly text?: string;
  readonly transactions?: Transactions;
}

/** A text that is kept in memory, and an artifact of which only the sums are. */
const MOST_TEXT = 64 * 1024 * 1024;
/** Of a repeat its name follows the repeat's. */
const isTransactions = (path: string): boolean =>
  path.endsWith(`/${TRANSACTIONS}`) || path.endsWith(`.${TRANSACTIONS}`);
const isText = (path: string): boolean => !path.startsWith('artifacts/') || path.endsWith('.txt');

async function readFile(path: string, size: number, source: AsyncIterable<Uint8Array>): Promise<BundleFile> {
  const hash = createHash('sha256');
  const keep = isText(path) && size <= MOST_TEXT;
  const packed = isTransactions(path) ? new PassThrough() : undefined;
  const unpacked = packed?.pipe(createGunzip());
  const transactions = unpacked && readTransactions(unpacked).catch(() => undefined);
  // A damaged one ends: its checksum tells.
  unpacked?.on('error', () => packed?.resume());
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    hash.update(chunk);
    if (keep) kept.push(chunk);
    if (packed && !packed.write(chunk)) await new Promise<void>((resolve) => packed.once('drain', resolve));
  }
  packed?.end();
  const read = await transactions;
  return {
    bytes,
    sha256: hash.digest('hex'),
    ...(keep ? { text: Buffer.concat(kept).toString('utf8') } : {}),
    ...(read === undefined ? {} : { transactions: read }),
  };
}

/** Reads every file of a bundle once, in bounded memory. @throws what gzip and tar say about a file that is none */
export async function readBundle(source: Readable): Promise<Map<string, BundleFile>> {
  const files = new Map<string, BundleFile>();
  const tar = extract();
  const unzipped = source.pipe(createGunzip());
  source.once('error', (error) => unzipped.destroy(error));
  unzipped.once('error', (error) => tar.destroy(error));
  unzipped.pipe(tar);
  for await (const entry of tar) {
    const { name, size = 0, type } = entry.header;
    if (type === 'file') files.set(name, await readFile(name, size, entry as AsyncIterable<Uint8Array>));
    else entry.resume();
  }
  return files;
}
