import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ContractHarness } from '../contract-harness.ts';

export function recordsContract(harness: () => ContractHarness): void {
  test('of writers at one revision one wins, and all see what it wrote', async () => {
    const [one, two] = await Promise.all([harness().open(), harness().open()]);
    const bucket = `records-${randomUUID()}`;
    const [first, second] = [one.records(bucket, 60_000), two.records(bucket, 60_000)];
    expect(await first.get('key')).toBeUndefined();
    const made = await Promise.all([first.put('key', 'a', 0), second.put('key', 'b', 0), first.put('key', 'c', 0)]);
    expect(made.filter((won) => won)).toHaveLength(1);
    const kept = await second.get('key');
    expect(kept?.value).toBe(['a', 'b', 'c'][made.indexOf(true)]);
    expect(await first.put('key', 'd', (kept?.revision ?? 0) + 1)).toBe(false);
    expect(await first.put('key', 'd', kept?.revision ?? 0)).toBe(true);
    expect(await second.get('key')).toMatchObject({ value: 'd' });
    expect(await second.get('other')).toBeUndefined();
  });
}
