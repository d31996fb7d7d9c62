import { expect, it } from 'vitest';
import { cidrs, offeredPools, pools } from './pool-settings.ts';

it('reads ranges, and pools with the prefix of their blocks, and says which is none', () => {
  expect(cidrs.parse('10.2.0.0/24, 10.2.9.0/24')).toEqual(['10.2.0.0/24', '10.2.9.0/24']);
  expect(cidrs.safeParse('10.2.0.0').success).toBe(false);
  expect(pools.parse('172.28.0.0/16:24,10.9.0.0/20:26')).toEqual([
    { cidr: '172.28.0.0/16', blockPrefix: 24 },
    { cidr: '10.9.0.0/20', blockPrefix: 26 },
  ]);
  for (const text of ['172.28.0.0/16', '172.28.0.0/16:12', '172.28.0.0/16:31', '172.28.0.1/16:24', 'x:24'])
    expect(pools.safeParse(text).error?.issues[0]?.message, text).toContain(text);
});

it('says of a pool only what is said of it', () => {
  const pool = { cidr: '10.2.0.0/16', blockPrefix: 24 };
  expect(offeredPools(pool, [], [])).toEqual({ pool });
  const scope = 'vpc-1';
  expect(offeredPools(pool, ['10.2.0.0/24'], [{ ...pool, cidr: '10.3.0.0/16' }], scope)).toEqual({
    pool: { ...pool, scope, exclusions: ['10.2.0.0/24'] },
    otherPools: [{ cidr: '10.3.0.0/16', blockPrefix: 24, scope }],
  });
});
