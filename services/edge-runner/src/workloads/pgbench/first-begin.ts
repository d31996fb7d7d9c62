import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** When the first transaction of one log began, ms since the epoch; undefined where its first line has no whole transaction. */
async function beginIn(file: string): Promise<number | undefined> {
  const lines = createInterface({ input: createReadStream(file, { end: 1023 }) });
  for await (const line of lines) {
    const [, , micros, , epoch, fraction] = line.split(' ').map(Number);
    const begin = Number(epoch) * 1000 + (Number(fraction) - Number(micros)) / 1000;
    return Number.isNaN(begin) ? undefined : begin;
  }
  return undefined;
}

/**
 * When the first of the logged transactions began: pgbench connects all its clients before, which its own duration does not count
 * either. With a rate limit the time that it was late is in its latency, and it began when it was due.
 * @returns ms since the epoch, or undefined where no log tells it
 */
export async function firstBegin(files: readonly string[]): Promise<number | undefined> {
  const begins = (await Promise.all(files.map(beginIn))).filter((begin) => begin !== undefined);
  return begins.length === 0 ? undefined : Math.min(...begins);
}
