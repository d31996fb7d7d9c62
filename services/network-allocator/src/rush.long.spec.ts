import { expect, it } from 'vitest';
import { rush, type RushOptions } from './testing/rush.ts';

const whole = { lock: 'redlock', losesValkey: false, losesReplica: false } as const;
const VARIANTS: [string, Pick<RushOptions, 'lock' | 'losesValkey' | 'losesReplica'>][] = [
  ['with the lock', whole],
  ['with a lock that always grants', { ...whole, lock: 'none' }],
  ['with Valkey killed and flushed on the way', { ...whole, losesValkey: true }],
  ['with a replica killed', { ...whole, losesReplica: true }],
];

it.each(VARIANTS)('8 processes, 8 × 500 requests at once, a pool of 4,096, %s', async (what, variant) => {
  const { violations, seconds, ...counts } = await rush({ processes: 8, requests: 4_000, ...variant });
  console.log(`${what}: ${seconds.toFixed(1)} s, ${counts.busy} of 8 processes appended`);
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ reserved: 4_000, blocks: 4_000, shown: 4_000, left: 0 });
  // The proof means something only if several did the work.
  expect(counts.busy).toBeGreaterThan(1);
});
