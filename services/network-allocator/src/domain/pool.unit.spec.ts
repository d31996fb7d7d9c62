import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCidr, intersection, overlaps, parseCidr, type Range } from './cidr.ts';
import { Pool, poolFault, usableAddresses } from './pool.ts';

const pool = (cidr = '10.2.0.0/20', blockPrefix = 24): Pool => new Pool('evt.pool.h.x', 'h', cidr, blockPrefix);
/** Nothing is in quarantine any more. */
const COOLED = Infinity;
const nextFree = (from: Pool, avoid: readonly Range[] = []): Range | undefined =>
  from.freeBlocks(COOLED, avoid).next().value;
const taken = (cidr: string) => ({ cidr, by: 'a stranger', at: 0 });
/** Runs' blocks of a pool, as the projection keeps them. */
class Runs {
  readonly blocks = new Map<string, number>();
  readonly pool: Pool;

  constructor(of: Pool) {
    this.pool = of;
  }

  take(runId: string): string {
    const block = nextFree(this.pool);
    if (block === undefined) throw new Error('full');
    const index = this.pool.grant(formatCidr(block));
    if (index !== undefined) this.blocks.set(runId, index);
    return formatCidr(block);
  }

  release(runId: string, at: number): void {
    const index = this.blocks.get(runId);
    if (index !== undefined) this.pool.release(index, at);
    this.blocks.delete(runId);
  }
}

describe('cidr', () => {
  it('has one spelling a range', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffffffff }), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
        const range = parseCidr(`${formatCidr({ first: address, prefix: 32 }).split('/')[0] ?? ''}/${prefix}`);
        if (range === undefined) throw new Error('unparsed');
        expect(parseCidr(formatCidr(range))).toEqual(range);
        expect(range.first % 2 ** (32 - prefix)).toBe(0);
      }),
    );
  });

  it('refuses what is none', () => {
    for (const text of ['', '10.0.0.0', '10.0.0/8', '256.0.0.0/8', '10.0.0.0/33', '::/0', 'x'])
      expect(parseCidr(text)).toBeUndefined();
  });

  it('takes for a CIDR just what the pattern of one matches', () => {
    const pattern = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;
    const signs = fc.constantFrom('0', '1', '2', '5', '9', '25', '10.', '.', '/', '/3', ' ', '-', 'x');
    const almost = fc.tuple(fc.array(fc.nat({ max: 300 }), { maxLength: 6 }), fc.nat({ max: 40 }));
    const text = fc.oneof(
      fc.array(signs, { maxLength: 14 }).map((parts) => parts.join('')),
      almost.map(([parts, prefix]) => `${parts.join('.')}/${prefix}`),
      fc.ipV4().map((address) => `${address}/08`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const [, a = 256, b = 256, c = 256, d = 256, prefix = 33] = pattern.exec(given)?.map(Number) ?? [];
        const isCidr = Math.max(a, b, c, d) < 256 && prefix < 33;
        const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
        const range = isCidr ? { first: first - (first % 2 ** (32 - prefix)), prefix } : undefined;
        expect(parseCidr(given)).toEqual(range);
      }),
      { numRuns: 2_000 },
    );
  });

  it('intersects nested ranges only', () => {
    const [big, small, other] = ['10.0.0.0/8', '10.3.0.0/16', '11.0.0.0/16'].map((text) => {
      const range = parseCidr(text);
      if (range === undefined) throw new Error(text);
      return range;
    });
    if (big === undefined || small === undefined || other === undefined) throw new Error('unreachable');
    expect(intersection(big, small)).toEqual(small);
    expect(intersection(small, big)).toEqual(small);
    expect(overlaps(big, other)).toBe(false);
  });
});

describe('Pool', () => {
  it('reuses a released block last', () => {
    const blocks = pool('10.2.0.0/22');
    const runs = new Runs(blocks);
    const first = runs.take('r1');
    runs.release('r1', 0);
    expect(['r2', 'r3', 'r4', 'r5'].map((runId) => runs.take(runId))).toEqual([
      '10.2.1.0/24',
      '10.2.2.0/24',
      '10.2.3.0/24',
      first,
    ]);
    expect(nextFree(blocks)).toBeUndefined();
  });

  it('never gives what others occupy, be it smaller or bigger than a block, nor after a release', () => {
    const blocks = pool('10.2.0.0/22');
    blocks.occupy(taken('10.2.0.64/26'));
    blocks.occupy(taken('10.2.2.0/23'));
    const runs = new Runs(blocks);
    expect(runs.take('r1')).toBe('10.2.1.0/24');
    expect(blocks.free(COOLED)).toBe(0);
    blocks.occupy(taken('10.2.1.0/24'));
    runs.release('r1', 0);
    expect(nextFree(blocks)).toBeUndefined();
  });

  it('keeps a released block back until its quarantine is over, and then gives the longest released first', () => {
    const blocks = pool('10.2.0.0/23');
    const runs = new Runs(blocks);
    const [first, second] = [runs.take('r1'), runs.take('r2')];
    runs.release('r2', 1_000);
    runs.release('r1', 2_000);
    const free = (cooled: number): string[] => [...blocks.freeBlocks(cooled)].map(formatCidr);
    expect([free(999), free(1_000), free(2_000)]).toEqual([[], [second], [second, first]]);
    expect([blocks.free(1_500), blocks.quarantined(1_500), blocks.releasedFirst(1_500)]).toEqual([1, 1, 2_000]);
    blocks.grant(second);
    expect([free(2_000), blocks.quarantined(0)]).toEqual([[first], 1]);
    blocks.occupy(taken(first));
    expect([free(COOLED), blocks.quarantined(0), blocks.free(COOLED)]).toEqual([[], 0, 0]);
  });

  it('avoids given ranges', () => {
    const avoid = ['10.2.0.0/23', '10.2.3.0/24'].map((text) => parseCidr(text) ?? { first: 0, prefix: 32 });
    const found = nextFree(pool('10.2.0.0/22'), avoid);
    expect(found && formatCidr(found)).toBe('10.2.2.0/24');
    expect(nextFree(pool('10.2.0.0/22'), [{ first: 0, prefix: 0 }])).toBeUndefined();
  });

  it('counts what is free beside given ranges as who looks at each block', () => {
    const range = fc.record({ block: fc.nat({ max: 70 }), prefix: fc.integer({ min: 20, max: 28 }) });
    const steps = fc.array(fc.tuple(fc.constantFrom('take', 'release', 'occupy', 'vacate'), fc.nat({ max: 63 })), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(steps, fc.array(range, { maxLength: 8 }), fc.nat({ max: 120 }), (all, ranges, cooled) => {
        const blocks = pool('10.2.0.0/18');
        const runs = new Runs(blocks);
        for (const [time, [kind, number]] of all.entries()) {
          if (kind === 'release') runs.release(`r${number}`, time);
          else if (kind === 'occupy') blocks.occupy(taken(`10.2.${number}.0/24`));
          else if (kind === 'vacate') blocks.vacate(`10.2.${number}.0/24`, time);
          else if (!runs.blocks.has(`r${number}`)) runs.take(`r${number}`);
        }
        const avoid = ranges.map(({ block, prefix }) => parseCidr(`10.2.${block}.16/${prefix}`) ?? blocks.range);
        const naive = [...blocks.freeBlocks(cooled)].filter((block) => !avoid.some((one) => overlaps(one, block)));
        expect([...blocks.freeBlocks(cooled, avoid)]).toEqual(naive);
        expect(blocks.freeBeside(cooled, avoid)).toBe(naive.length);
      }),
    );
  });

  it('says which parts of a range no run has, in as few CIDRs as can be', () => {
    const blocks = pool('10.2.0.0/20');
    expect(blocks.notGranted('10.0.0.0/8')).toEqual(['10.2.0.0/20']);
    const runs = new Runs(blocks);
    for (const runId of ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']) runs.take(runId);
    for (const runId of ['r1', 'r2', 'r3', 'r5']) runs.release(runId, 0);
    // Granted: the fourth and the sixth of sixteen.
    expect(blocks.notGranted('10.0.0.0/8')).toEqual([
      ...['10.2.0.0/23', '10.2.2.0/24', '10.2.4.0/24', '10.2.6.0/23', '10.2.8.0/21'],
    ]);
    expect(['10.2.3.64/26', '10.2.4.64/26', '10.9.0.0/16'].map((cidr) => blocks.notGranted(cidr))).toEqual([
      [],
      ['10.2.4.64/26'],
      [],
    ]);
    expect(['10.2.3.64/26', '10.2.3.0/24', '10.2.2.0/23', '10.2.4.0/24'].map((cidr) => blocks.isGranted(cidr))).toEqual(
      [true, true, false, false],
    );
  });

  it('keeps every block inside, aligned, disjoint and counted; a replay gives the same pool', () => {
    const step = fc.tuple(fc.constantFrom('take', 'release', 'occupy', 'vacate'), fc.nat({ max: 40 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const live = pool();
        const runs = new Runs(live);
        const history: ((target: Pool) => void)[] = [];
        const act = (change: (target: Pool) => void): void => {
          change(live);
          history.push(change);
        };
        for (const [kind, number] of steps) {
          const runId = `r${number}`;
          const held = runs.blocks.get(runId);
          if (kind === 'release') {
            runs.blocks.delete(runId);
            if (held !== undefined) act((target) => target.release(held, 0));
          }
          const range = taken(`10.2.${number % 16}.0/24`);
          if (kind === 'occupy') act((target) => target.occupy(range));
          if (kind === 'vacate') act((target) => target.vacate(range.cidr, 0));
          if (kind === 'take' && held === undefined && nextFree(live) !== undefined) {
            const cidr = runs.take(runId);
            history.push((target) => void target.grant(cidr));
          }
          const granted = [...runs.blocks.values()].map((index) => live.blockAt(index));
          expect([live.granted, [...live.grantedBlocks()]]).toEqual([
            granted.length,
            [...runs.blocks.values()].sort((a, b) => a - b),
          ]);
          for (const [index, block] of granted.entries()) {
            expect(overlaps(block, live.range)).toBe(true);
            expect(block.first % 256).toBe(0);
            expect(granted.slice(index + 1).some((other) => overlaps(block, other))).toBe(false);
          }
          const occupied = new Set([...live.occupations()].map(({ cidr }) => cidr));
          for (const block of granted) occupied.add(formatCidr(block));
          expect(live.free(COOLED)).toBe(16 - occupied.size);
        }
        const replayed = pool();
        for (const change of history) change(replayed);
        expect(replayed.fingerprint()).toBe(live.fingerprint());
      }),
    );
  });

  it('says what cannot be a pool', () => {
    expect(poolFault('10.0.0.0/8', 28)).toBeUndefined();
    expect(poolFault('10.0.0.0/8', 29)).toContain('more than 1048576');
    expect(poolFault('10.0.0.0/24', 16)).toContain('do not fit');
    expect(poolFault('nonsense', 16)).toContain('not an IPv4 CIDR');
    expect([usableAddresses(24), usableAddresses(28), usableAddresses(30)]).toEqual([251, 11, 0]);
  });
});
