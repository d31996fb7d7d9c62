import { describe, expect, it } from 'vitest';
import { INCARNATION } from '../testing/history.ts';
import type { WorldItem } from '../target/target.ts';
import { findLeftovers, reportOf } from './find-leftovers.ts';
import type { RunOnHost } from './find-leftovers.ts';

const item = (what: string, incarnation: string | undefined = INCARNATION): WorldItem => ({
  kind: 'process',
  runId: 'r1',
  node: 'pg',
  incarnation,
  what,
});
const keep = { verdict: 'keep', why: 'its lease is valid' } as const;
const destroy = { verdict: 'destroy', cause: 'x', reason: 'release requested', released: true } as const;
const reclaim = { verdict: 'reclaim', why: 'unknown' } as const;
const look = (more: Partial<RunOnHost>) =>
  findLeftovers({ runId: 'r1', verdict: keep, items: [], incarnation: INCARNATION, busy: false, ...more });

describe('findLeftovers', () => {
  it('finds nothing of a run that is kept, nor of one that is gone', () => {
    expect(look({ items: [item('a'), item('b', undefined)] })).toBeUndefined();
    expect(look({ verdict: reclaim })).toBeUndefined();
  });
  it("finds another log's part of a kept run, unless somebody is at work on the run", () => {
    const items = [item('mine'), item('strange', 'another')];
    expect(look({ items })?.items.map(({ what }) => what)).toEqual(['strange']);
    expect(look({ items, busy: true })).toBeUndefined();
  });
  it('leaves a release in progress to whoever releases, but not an expired lease', () => {
    const items = [item('a')];
    expect(look({ verdict: destroy, items, busy: true })).toBeUndefined();
    expect(look({ verdict: destroy, items })?.why).toBe('release requested');
    expect(look({ verdict: { ...destroy, released: false }, items, busy: true })).toBeDefined();
  });
});

describe('reportOf', () => {
  it('has a line for each thing, and one for a deployment that only the log knows', () => {
    const outcome = () => ({ outcome: 'removed' as const });
    expect(reportOf({ runId: 'r1', why: 'w', items: [item('a'), item('b')] }, outcome)).toEqual([
      { kind: 'process', runId: 'r1', node: 'pg', what: 'a', why: 'w', outcome: 'removed' },
      { kind: 'process', runId: 'r1', node: 'pg', what: 'b', why: 'w', outcome: 'removed' },
    ]);
    expect(reportOf({ runId: 'r1', why: 'w', items: [] }, outcome)).toMatchObject([{ kind: 'deployment' }]);
  });
});
