import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePool, isStale, LOCAL_POOLS } from './local-pool.ts';
import type { ClaimEvidence, PoolClaim } from './local-pool.ts';

const claim = (cidr: string, installation: string): PoolClaim => ({
  cidr,
  installation,
  pid: 1,
  startTime: '1',
  bootId: 'b',
  localDir: '/x',
  claimedAt: '',
});
const evidence = fc.record({
  ownerAlive: fc.boolean(),
  labelledProcesses: fc.nat(1),
  nodeFolders: fc.nat(1),
});
const claims = fc
  .array(fc.tuple(fc.constantFrom(...LOCAL_POOLS), fc.constantFrom('a', 'b', 'c', undefined), evidence), {
    maxLength: 200,
  })
  .map(
    (list) =>
      new Map(
        list.map(([cidr, name, found]) => [
          cidr,
          { claim: name === undefined ? undefined : claim(cidr, name), evidence: found satisfies ClaimEvidence },
        ]),
      ),
  );

describe('choosePool', () => {
  it('knows the 64 networks of 127.64.0.0/10', () => {
    expect(LOCAL_POOLS).toHaveLength(64);
    expect([LOCAL_POOLS[0], LOCAL_POOLS[63]]).toEqual(['127.64.0.0/16', '127.127.0.0/16']);
  });

  it('never takes what somebody else may still need, and never refuses while something is to be had', () => {
    fc.assert(
      fc.property(claims, (held) => {
        const choice = choosePool('a', held);
        const own = [...held].filter(([, entry]) => entry.claim?.installation === 'a');
        if (choice.take === 'none') {
          const running = own.some(([, entry]) => entry.evidence.ownerAlive);
          const nothingLeft = held.size === 64 && [...held.values()].every((entry) => !isStale(entry.evidence));
          expect(choice.why === 'running' ? running : nothingLeft).toBe(true);
        } else if (choice.take === 'own') {
          expect(held.get(choice.cidr)?.claim?.installation).toBe('a');
          expect(held.get(choice.cidr)?.evidence.ownerAlive).toBe(false);
        } else if (choice.take === 'free') {
          expect(held.has(choice.cidr)).toBe(false);
          expect(own).toEqual([]);
        } else {
          expect(
            isStale(held.get(choice.cidr)?.evidence ?? { ownerAlive: true, labelledProcesses: 1, nodeFolders: 1 }),
          ).toBe(true);
        }
      }),
    );
  });

  it('is stale only when owner, processes and folders are all gone', () => {
    fc.assert(
      fc.property(evidence, (found) => {
        expect(isStale(found)).toBe(!found.ownerAlive && found.labelledProcesses + found.nodeFolders === 0);
      }),
    );
  });

  it('passes over a stale claim that it may not remove', () => {
    const stale = { ownerAlive: false, labelledProcesses: 0, nodeFolders: 0 };
    const all = new Map(LOCAL_POOLS.map((cidr) => [cidr, { claim: claim(cidr, 'b'), evidence: stale }]));
    expect(choosePool('a', all, new Set(['127.64.0.0/16']))).toEqual({ take: 'stale', cidr: '127.65.0.0/16' });
    expect(choosePool('a', all, new Set(LOCAL_POOLS))).toEqual({ take: 'none', why: 'full' });
  });
});
