import { z } from 'zod';

const price = z.number().min(0);

/** What an hour costs, of the platform and disk type that the installation's machines have; all in one currency. */
export const priceTable = z.strictObject({
  currency: z.string().min(1).max(8).describe('As amounts are shown, and what `maxCost` is in: RUB, USD'),
  coreHour: price.describe('Of one core'),
  memoryGbHour: price.describe('Of one GB of memory'),
  diskGbHour: price.describe('Of one GB of disk'),
  machineHour: price.default(0).describe('Of each machine, whatever its size: a public address'),
});
export type PriceTable = z.infer<typeof priceTable>;
