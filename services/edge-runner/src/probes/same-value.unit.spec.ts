import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameValue } from './same-value.ts';

describe('sameValue', () => {
  it.each([
    ['8MB', { setting: '8192', unit: 'kB', type: 'integer' }],
    ['8192kB', { setting: '8192', unit: 'kB', type: 'integer' }],
    [' 128 MB ', { setting: '16384', unit: '8kB', type: 'integer' }],
    ['1GB', { setting: '64', unit: '16MB', type: 'integer' }],
    ['1min', { setting: '60000', unit: 'ms', type: 'integer' }],
    ['-1', { setting: '-1', unit: 'kB', type: 'integer' }],
    ['1.5', { setting: '1.5', type: 'real' }],
    ['500us', { setting: '0.5', unit: 'ms', type: 'real' }],
    ['TRUE', { setting: 'on', type: 'bool' }],
    ['of', { setting: 'off', type: 'bool' }],
    ['Replica', { setting: 'replica', type: 'enum' }],
    ["it's", { setting: "it's", type: 'string' }],
  ])('%j is %j', (asked, inForce) => expect(sameValue(asked, inForce)).toBe(true));

  it.each([
    ['8MB', { setting: '8191', unit: 'kB', type: 'integer' }],
    ['8mb', { setting: '8192', unit: 'kB', type: 'integer' }],
    ['8MB', { setting: '8', type: 'integer' }],
    ['', { setting: '0', type: 'integer' }],
    ['o', { setting: 'on', type: 'bool' }],
    ['on', { setting: 'off', type: 'bool' }],
    ['A', { setting: 'a', type: 'string' }],
  ])('%j is not %j', (asked, inForce) => expect(sameValue(asked, inForce)).toBe(false));

  const units = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const;
  it('a size is the same in any unit, and no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4096 }),
        fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])),
        fc.integer({ min: -3, max: 3 }),
        (count, unit, off) => {
          const bytes = count * units[unit];
          const inForce = { setting: String(bytes + off), unit: 'B', type: 'integer' };
          expect(sameValue(`${count}${unit}`, inForce)).toBe(off === 0);
        },
      ),
    );
  });
});
