import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextLostIn, orphansAfter } from './domain/orphans.ts';
import { reconcileRun, type Execution } from './domain/reconcile.ts';
import { LOST_AFTER_MS, ReconcilePlay } from './testing/reconcile-play.ts';

const queued = (id: string): Execution => ({ id, status: 'QUEUED' });
const running = (id: string, orphanedMs?: number): Execution =>
  orphanedMs === undefined ? { id, status: 'RUNNING' } : { id, status: 'RUNNING', orphanedMs };
const duplicate = (id: string): Execution => ({ id, status: 'CANCELLED', cancelledBy: 'engine' });
const cancelled = (id: string): Execution => ({ id, status: 'CANCELLED', cancelledBy: 'somebody' });
const unexplained = (id: string): Execution => ({ id, status: 'CANCELLED' });

describe('an open run and what the engine shows of it', () => {
  const open = () => new ReconcilePlay();
  const verdict = (executions: Execution[], run = open().run) => reconcileRun(run, executions, LOST_AFTER_MS);

  it.each<[string, Execution[], string]>([
    ['nothing: lost, or its retention is over', [], 'start'],
    ['it waits', [queued('a')], 'fine'],
    ['it runs', [running('a')], 'fine'],
    ['it runs, a duplicate was cancelled', [duplicate('b'), running('a')], 'fine'],
    ['a duplicate alone: what it duplicated is over', [duplicate('b')], 'start'],
    ['a cancel in the dashboard', [cancelled('a')], 'cancel'],
    ['a cancel in the dashboard, and then a hint that started it again', [queued('b'), cancelled('a')], 'cancel'],
    ['a cancel in the dashboard beside a duplicate', [duplicate('b'), cancelled('a')], 'cancel'],
    ['a cancel the engine does not explain yet', [unexplained('a')], 'fine'],
    ['nobody carries it out, for a moment', [running('a', LOST_AFTER_MS - 1)], 'fine'],
    ['nobody carries it out', [running('a', LOST_AFTER_MS)], 'replace'],
  ])('%s', (_, executions, kind) => {
    expect(verdict(executions).kind).toBe(kind);
  });

  it('a replaced execution is never taken for a cancel, whoever died on the way', () => {
    const play = open();
    play.start();
    play.assign(false);
    const [replica] = play.replicas;
    if (!replica) throw new Error();
    play.look(replica);
    play.story.now += LOST_AFTER_MS;
    play.look(replica);
    play.act(replica, 1); // dies after the fact
    expect(verdict([running('execution-1', LOST_AFTER_MS)], play.run).kind).toBe('replace');
    expect(verdict([cancelled('execution-1')], play.run).kind).toBe('start');
    expect(verdict([cancelled('execution-1'), cancelled('execution-2')], play.run).kind).toBe('cancel');
  });

  it('a run that is not open needs nothing', () => {
    const play = open();
    play.story.fact('RunCancelled', 'evt.run.run', { reason: '' });
    expect(verdict([], play.run).kind).toBe('fine');
  });

  it('time alone counts from the first look, and anew after somebody was there', () => {
    const first = orphansAfter(new Map(), ['a', 'b'], 1_000);
    const second = orphansAfter(first, ['a'], 5_000);
    expect([...second]).toEqual([['a', 1_000]]);
    expect(nextLostIn(second, 35_000, 5_000)).toBe(31_000);
    expect(nextLostIn(new Map(), 35_000, 5_000)).toBeUndefined();
    expect([...orphansAfter(second, ['a', 'b'], 9_000)]).toEqual([
      ['a', 1_000],
      ['b', 9_000],
    ]);
  });
});

describe('whatever happens in the engine', () => {
  const replica = fc.integer({ min: 0, max: 1 });
  const act = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('hint', 'worker', 'fails', 'completes', 'database lost', 'retention'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('deaf worker', 'orphan') }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('dashboard') }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('time'), ms: fc.constantFrom(1_000, 15_000, 40_000) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('look'), replica }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('act'), replica, until: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('round'), replica, until: fc.integer({ min: 1, max: 3 }) }) },
  );
  type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

  function look(play: ReconcilePlay, which: number): void {
    const one = play.replicas[which];
    if (!one) return;
    const carried = new Set(play.rows.filter((row) => row.carried).map(({ id }) => id));
    const verdict = play.look(one);
    if (verdict.kind === 'replace') expect(verdict.executions.filter((id) => carried.has(id))).toEqual([]);
  }

  function perform(play: ReconcilePlay, one: Act): void {
    const which = 'replica' in one ? play.replicas[one.replica] : undefined;
    switch (one.do) {
      case 'hint':
        if (!play.isOver) play.start();
        return;
      case 'worker':
      case 'deaf worker':
        play.assign(one.do === 'worker');
        return;
      case 'orphan':
        play.orphan();
        return;
      case 'fails':
      case 'completes':
        play.end(one.do === 'fails' ? 'FAILED' : 'COMPLETED');
        return;
      case 'dashboard':
        play.end('CANCELLED', 'somebody');
        return;
      case 'database lost':
        play.rows = [];
        return;
      case 'retention':
        play.rows = play.alive;
        return;
      case 'time':
        play.story.now += 'ms' in one ? one.ms : 0;
        return;
      case 'look':
        if ('replica' in one) look(play, one.replica);
        return;
      case 'round':
        if ('replica' in one) look(play, one.replica);
        if (which && 'until' in one) play.act(which, one.until);
        if (which) which.pending = undefined;
        return;
      case 'act':
        if (which && 'until' in one) play.act(which, one.until);
        if (which) which.pending = undefined;
    }
  }

  it('never two executions are alive, none that is carried out is replaced, and the run comes to rest', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 20, maxLength: 60 }), (acts) => {
        const play = new ReconcilePlay();
        for (const one of acts) {
          perform(play, one);
          expect(play.alive.length).toBeLessThanOrEqual(1);
        }
        // What was decided on an old look may still come at any time.
        for (const { pending, ...rest } of play.replicas) play.act({ pending, ...rest });
        // Whose cancel meets a replacement that is under way has to wish again.
        const wish = play.rows.some(
          ({ id, cancelledBy }) => cancelledBy === 'somebody' && !play.run.lostExecutions.has(id),
        );
        for (let round = 0; round < 4; round += 1) {
          look(play, round % 2);
          look(play, (round + 1) % 2);
          for (const one of play.replicas) play.act(one);
          for (const one of play.replicas) one.pending = undefined;
          expect(play.alive.length).toBeLessThanOrEqual(1);
          // Those that wait get a worker; one that is said to run keeps what it has.
          if (play.alive.some(({ status }) => status === 'QUEUED')) play.assign(true);
          play.story.now += LOST_AFTER_MS;
        }
        if (wish) expect(play.isOver).toBe(true);
        if (!play.isOver) expect(play.alive.map(({ carried }) => carried)).toEqual([true]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a run nobody cancelled is never cancelled', () => {
    const harmless = fc.array(
      act.filter((one) => one.do !== 'dashboard'),
      { minLength: 20, maxLength: 60 },
    );
    fc.assert(
      fc.property(harmless, (acts) => {
        const play = new ReconcilePlay();
        for (const one of acts) perform(play, one);
        expect(play.isOver).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
