import { blockCount } from '@benchbus/suites';
import { z } from 'zod';

const words = z.string().transform((value) => value.split(/[\s,]+/).filter((word) => word !== ''));

/** `10.2.0.0/24, 10.2.9.0/24` */
export const cidrs = words.pipe(z.array(z.cidrv4()));

/** `172.28.0.0/16:24`: a range, and the prefix of its blocks; more than one with commas. */
export const pools = words.transform((all, context) =>
  all.map((text) => {
    const [cidr = '', prefix] = text.split(':');
    const pool = { cidr, blockPrefix: Number(prefix) };
    if (!z.cidrv4().safeParse(cidr).success || !Number.isInteger(pool.blockPrefix) || blocksOf(pool) === 0)
      context.addIssue({
        code: 'custom',
        message: `${text} must be a range and the prefix of its blocks, 172.28.0.0/16:24`,
      });
    return pool;
  }),
);

function blocksOf({ cidr, blockPrefix }: { readonly cidr: string; readonly blockPrefix: number }): number {
  try {
    return blockPrefix >= 8 && blockPrefix <= 30 ? blockCount(cidr, blockPrefix) : 0;
  } catch {
    return 0;
  }
}

/** What the host says of a target's pools; exclusions concern the first, all are of one scope. */
export function offeredPools(
  pool: { readonly cidr: string; readonly blockPrefix: number },
  exclusions: readonly string[],
  others: readonly { readonly cidr: string; readonly blockPrefix: number }[],
  scope?: string,
) {
  const scoped = scope === undefined ? {} : { scope };
  return {
    pool: { ...pool, ...scoped, ...(exclusions.length === 0 ? {} : { exclusions: [...exclusions] }) },
    ...(others.length === 0 ? {} : { otherPools: others.map((other) => ({ ...other, ...scoped })) }),
  };
}
