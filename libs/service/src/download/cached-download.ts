import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { BenchbusError } from '@benchbus/events';

export interface Download {
  readonly url: string;
  /** What the file has to come to, in hexadecimal digits. */
  readonly sha256: string;
  /** Where it is kept, for whoever asks next. */
  readonly folder: string;
  /** Longest time of one try, ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Tries in all, where another may go better; default 3. */
  readonly tries?: number;
  /** Between two tries, ms; default 1000. */
  readonly pauseMs?: number;
}

/** No release is that large. */
const MOST_BYTES = 2 ** 30;

const failed = (url: string, why: string): BenchbusError =>
  new BenchbusError({
    code: 'DOWNLOAD_FAILED',
    message: `could not be downloaded: ${why}`,
    where: url,
    hint: 'is the address right and reachable from here? The operator sets it (BENCHBUS_STROPPY_URL)',
  });

const differs = (url: string, wanted: string, found: string): BenchbusError =>
  new BenchbusError({
    code: 'CHECKSUM_MISMATCH',
    message: `its SHA-256 is ${found}, and ${wanted} was expected`,
    where: url,
    hint: 'nothing of it was used: another file lies there than the checksum was made of',
  });

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const codeOf = (error: unknown): string => (error instanceof BenchbusError ? error.code : '');
const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);

/** Status codes after which another try may go better (RFC 9110). */
const passing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** One GET; undefined where another try may go better, with why in `again`. */
async function get(url: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { signal: signal ? AbortSignal.any([timeout, signal]) : timeout });
  if (response.ok && response.body !== null) return response;
  await response.body?.cancel();
  const problem = failed(url, `it answers ${response.status} ${response.statusText}`.trim());
  // What will not change is told at once.
  if (!passing(response.status)) throw problem;
  throw new Error(problem.problem.message);
}

/** Does something until it goes well; a coded problem is told at once. */
async function withTries<T>(of: Omit<Download, 'sha256' | 'folder'>, once: () => Promise<T>): Promise<T> {
  const { url, signal, tries = 3, pauseMs = 1000 } = of;
  for (let nth = 1; ; nth += 1) {
    try {
      return await once();
    } catch (error) {
      signal?.throwIfAborted();
      if (codeOf(error) !== '') throw error;
      if (nth >= tries) throw failed(url, `${reasonOf(error)} (${tries} tries)`);
      await pause(pauseMs, undefined, signal && { signal });
    }
  }
}

async function fetchInto(file: string, { url, timeoutMs, signal }: Download): Promise<string> {
  const response = await get(url, timeoutMs, signal);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(bytes > MOST_BYTES ? failed(url, `it is larger than ${MOST_BYTES} bytes`) : null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body as never), counted, createWriteStream(file, { mode: 0o644 }));
  return hash.digest('hex');
}

/**
 * A file by its checksum: from the folder if it is there and whole, else from its address, kept whole or not at all.
 * @returns its path
 * @throws BenchbusError DOWNLOAD_FAILED | CHECKSUM_MISMATCH, or the signal's reason
 */
export async function cachedDownload(of: Download): Promise<string> {
  const { url, sha256, folder } = of;
  const file = join(folder, `${sha256.slice(0, 16)}-${basename(new URL(url).pathname)}`);
  if ((await stat(file).catch(() => undefined)) !== undefined && (await hashOf(file)) === sha256) return file;
  await mkdir(folder, { recursive: true });
  const part = `${file}.${randomUUID()}.part`;
  try {
    const found = await withTries(of, () => fetchInto(part, of));
    if (found !== sha256) throw differs(url, sha256, found);
    await rename(part, file);
    return file;
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * The checksum of a file by the list that lies beside it, as sha256sum writes it.
 * @throws BenchbusError DOWNLOAD_FAILED | CHECKSUM_UNKNOWN
 */
export async function listedChecksum(
  list: string,
  name: string,
  of: Pick<Download, 'timeoutMs' | 'signal'>,
): Promise<string> {
  const text = await withTries({ url: list, ...of }, async () => (await get(list, of.timeoutMs, of.signal)).text());
  for (const line of text.split('\n')) {
    const [, sha256, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trim()) ?? [];
    if (sha256 !== undefined && file === name) return sha256;
  }
  throw new BenchbusError({
    code: 'CHECKSUM_UNKNOWN',
    message: `the list has no SHA-256 of ${name}`,
    where: list,
    hint: 'say it in the suite: workload.sha256',
  });
}
