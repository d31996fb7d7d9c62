import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeKept, type KeptRun } from './judge-kept.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();
const ended: KeptRun = { ended: true, open: false, leaseExpiresAt: at(-1) };
const waits: KeptRun = { ended: false, open: false, leaseExpiresAt: undefined };
const goesOn: KeptRun = { ended: false, open: true, leaseExpiresAt: at(-1) };
const judge = (runs: KeptRun[], more: object = {}) => judgeKept({ accepted: true, ended: false, runs, ...more }, NOW);

it.each([
  ['of a suite that nobody knows are removed', judge([], { accepted: false }), 'remove', /no such suite/],
  ['are removed when the suite has ended', judge([waits], { ended: true }), 'remove', /over/],
  [
    'are removed when its last run is over, though the suite waits for releases',
    judge([ended, ended]),
    'remove',
    /over/,
  ],
  ['stay while a run may use them, whatever its lease says', judge([ended, goesOn]), 'keep', /goes on/],
  [
    'stay for a run that waits, as long as the lease is valid',
    judge([{ ...ended, leaseExpiresAt: at(1) }, waits]),
    'keep',
    /valid/,
  ],
  ['are removed when the lease ran out while a run waits', judge([ended, waits]), 'remove', /expired at/],
  ['are removed where no placement names them', judge([waits]), 'remove', /placed/],
])('kept data %s', (_, { verdict, why }, wanted, reason) => {
  expect([verdict, why]).toEqual([wanted, expect.stringMatching(reason)]);
});

it('kept data are never removed under a run that is placed and goes on', () => {
  const run = fc.record({
    ended: fc.boolean(),
    open: fc.boolean(),
    leaseExpiresAt: fc.option(fc.integer({ min: -1e6, max: 1e6 }).map(at), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(run), fc.nat(), (runs, place) => {
      const all = runs.toSpliced(place % (runs.length + 1), 0, goesOn);
      expect(judge(all).verdict).toBe('keep');
    }),
  );
});
