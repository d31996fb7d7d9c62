import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressAt,
  addressCount,
  blockAt,
  blockCount,
  blockRange,
  contains,
  formatCidr,
  overlaps,
  parseCidr,
} from './cidr.ts';
import { nodeAddress, nodeCapacity, prefixForNodes } from './node-addresses.ts';

const block = fc
  .record({ prefix: fc.integer({ min: 0, max: 32 }), at: fc.nat(2 ** 32 - 1) })
  .map(({ prefix, at }) => ({ prefix, network: at - (at % 2 ** (32 - prefix)) }));

describe('parseCidr', () => {
  it('reads what formatCidr writes', () => {
    fc.assert(
      fc.property(block, (cidr) => {
        expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
      }),
    );
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '256.0.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/8 ',
    'fe80::/10',
    '10.0.0.0/8/8',
  ])('refuses %j', (text) => expect(() => parseCidr(text)).toThrow(RangeError));

  it('names the block that was meant when bits stand behind the prefix', () => {
    expect(() => parseCidr('10.2.3.4/16')).toThrow('10.2.0.0/16');
  });
});

describe('blocks', () => {
  it('either nest or are apart', () => {
    fc.assert(
      fc.property(block, block, (a, b) => {
        const apart = a.network + addressCount(a) <= b.network || b.network + addressCount(b) <= a.network;
        expect(overlaps(a, b)).toBe(!apart);
        expect(overlaps(b, a)).toBe(!apart);
        if (contains(a, b)) expect(a.prefix).toBeLessThanOrEqual(b.prefix);
      }),
    );
  });

  it('tile their pool: inside, in order, none overlapping the next', () => {
    const pools = fc.record({ pool: block, longer: fc.integer({ min: 0, max: 12 }) });
    fc.assert(
      fc.property(pools, fc.nat(), ({ pool, longer }, seed) => {
        const prefix = Math.min(32, pool.prefix + longer);
        const count = blockCount(pool, prefix);
        expect(count * 2 ** (32 - prefix)).toBe(addressCount(pool));
        const index = seed % count;
        const one = blockAt(pool, prefix, index);
        expect(contains(pool, one)).toBe(true);
        if (index + 1 < count) expect(overlaps(one, blockAt(pool, prefix, index + 1))).toBe(false);
        expect(() => blockAt(pool, prefix, count)).toThrow(RangeError);
      }),
    );
  });

  it('know their addresses', () => {
    expect(addressAt('10.2.0.0/24', 4)).toBe('10.2.0.4');
    expect(addressAt('255.255.255.0/24', 255)).toBe('255.255.255.255');
    expect(() => addressAt('10.2.0.0/24', 256)).toThrow(RangeError);
    expect(contains('10.2.0.0/16', '10.2.255.255')).toBe(true);
    expect(contains('10.2.0.0/16', '10.3.0.0')).toBe(false);
    expect(contains('10.2.0.0/16', '10.0.0.0/8')).toBe(false);
    expect(blockCount('10.2.0.0/16', 24)).toBe(256);
    expect(blockCount('10.2.0.0/16', 8)).toBe(0);
  });
});

describe('node addresses', () => {
  it('leave out the first four and the broadcast', () => {
    expect(nodeAddress('10.2.0.0/29', 0)).toBe('10.2.0.4');
    expect(nodeAddress('10.2.0.0/29', 2)).toBe('10.2.0.6');
    expect(() => nodeAddress('10.2.0.0/29', 3)).toThrow(RangeError);
    expect([24, 29, 30, 31, 32].map((prefix) => nodeCapacity(`10.2.0.0/${prefix}`))).toEqual([251, 3, 0, 0, 0]);
  });

  it('know the smallest block for so many nodes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (nodes) => {
        const prefix = prefixForNodes(nodes);
        expect(nodeCapacity({ network: 0, prefix })).toBeGreaterThanOrEqual(nodes);
        expect(nodeCapacity({ network: 0, prefix: prefix + 1 })).toBeLessThan(nodes);
      }),
    );
  });
});

it('finds the block that an address with a prefix lies in', () => {
  expect(blockRange('10.2.0.7/16')).toEqual(parseCidr('10.2.0.0/16'));
  expect(blockRange('255.255.255.255/0')).toEqual({ network: 0, prefix: 0 });
  for (const text of ['', '10.2.0.0', '10.2.0.0/33', '10.2.0/16', '::/0']) expect(blockRange(text)).toBeUndefined();
});
