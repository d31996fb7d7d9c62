import { readFile } from 'node:fs/promises';
import { BenchbusError } from '@benchbus/events';
import { priceTable, type PriceTable } from '@benchbus/suites';
import { z } from 'zod';

/** The operator's price table, a JSON file. @throws BenchbusError PRICES_INVALID when it cannot be read or says something else */
export async function readPrices(file: string): Promise<PriceTable> {
  const invalid = (message: string) =>
    new BenchbusError({
      code: 'PRICES_INVALID',
      message,
      where: file,
      hint: 'docs/operations/yandex.md has an example',
    });
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw invalid(`the price table cannot be read: ${(error as Error).message}`);
  }
  const parsed = priceTable.safeParse(json);
  if (!parsed.success) throw invalid(`the price table is wrong: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
