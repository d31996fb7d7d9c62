import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { LatencyHistogram, TransactionLogReader } from '@benchbus/load-tools';
import type { TransactionSinks } from '@benchbus/load-tools';
import { LOG_PREFIX } from './command.ts';

export interface PackedTransactions {
  readonly histogram: LatencyHistogram;
  /** How late they began; of none, where they did not come by the clock. */
  readonly lag: LatencyHistogram;
  readonly failed: number;
}

/** Of one start, or of several (segments.ts). */
const LOG = new RegExp(`^${LOG_PREFIX}(-\\d+)?\\.`);

/** The per-transaction logs of one run in the order of its threads. */
export async function logFiles(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => []);
  const logs = names.filter((name) => LOG.test(name));
  return logs.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).map((name) => join(dir, name));
}

/** Reads every log once, in bounded memory: into the distributions (and the series, if given), and compressed into one file. */
export async function packTransactions(
  files: readonly string[],
  target: string,
  sinks: Pick<TransactionSinks, 'series' | 'seconds'> = {},
): Promise<PackedTransactions> {
  const [histogram, lag] = [new LatencyHistogram(), new LatencyHistogram()];
  let failed = 0;
  async function* chunks() {
    for (const file of files) {
      const reader = new TransactionLogReader({ ...sinks, histogram, lag });
      for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
        const bytes = chunk as Buffer;
        reader.push(bytes);
        yield bytes;
      }
      failed += reader.failed;
    }
  }
  await pipeline(chunks, createGzip({ level: 6 }), createWriteStream(`${target}.new`));
  await rename(`${target}.new`, target);
  return { histogram, lag, failed };
}
