import { expect, test } from 'vitest';
import { boardLog } from '../../testing/board-log.ts';
import { exampleSuite, finishedRun, RUN, SUITE } from '../../testing/recorded.ts';
import { foldBoard } from './evolve.ts';
import { listSuites, overviewOf, viewRun, viewSuite } from './views.ts';
import { whyWaiting } from './why-waiting.ts';

type Log = ReturnType<typeof boardLog>;
const NOW = Date.parse('2026-11-24T11:00:00.000Z');

function reasonOf(log: Log, runId: string) {
  const board = foldBoard(log.events);
  const run = board.runs.get(runId);
  return run && whyWaiting(board, run);
}

test('a recorded run from request to end', () => {
  const board = foldBoard(finishedRun());
  expect(listSuites(board, { now: NOW, limit: 10 })).toEqual([
    {
      suiteId: SUITE,
      name: 'quick',
      state: 'completed',
      counts: { done: 1, failed: 0, cancelled: 0, total: 1 },
      requestedAt: '2026-11-24T10:00:00.000Z',
      endedAt: '2026-11-24T10:01:11.100Z',
      durationMs: 71_100,
    },
  ]);
  expect(board.runs.get(RUN)).toMatchObject({ phase: 'released', outcome: 'completed', tps: 1234.5 });
  expect(overviewOf(board, NOW)).toEqual({
    suites: [],
    hosts: [],
    queue: [],
    pools: [],
    blocks: [],
    kept: [],
    overdue: [],
  });
});

test('at every moment of a recorded log the board can be shown, and phases follow each other', () => {
  const events = finishedRun('failed');
  const phases = events.map((_, index) => {
    const board = foldBoard(events.slice(0, index + 1));
    const suite = board.suites.get(SUITE);
    return suite && viewSuite(board, suite, NOW).runs[0]?.phase;
  });
  expect([...new Set(phases)]).toEqual([
    'queued',
    'network',
    'provision',
    'database',
    'workload',
    'releasing',
    'released',
  ]);
});

test('suites: the newest first, by state, at most so many; a rejected one has no runs', () => {
  const log = boardLog();
  log.suite('old');
  log.add('SuiteRejected', 'evt.suite.bad', 5_000, { requestId: 'r', problems: [{ code: 'X', message: 'no' }] });
  const problems = [{ code: 'SUITE_CANCELLED_BEFORE_ACCEPTANCE', message: 'asked' }];
  log.add('SuiteRejected', 'evt.suite.early', 5_000, { requestId: 'r', problems });
  log.suite('new', 2);
  log.add('SuiteCancelling', 'evt.suite.new', 6_000, { reason: 'asked' });
  const board = foldBoard(log.events);
  const ids = (state?: 'open' | 'rejected' | 'cancelling' | 'failed', limit = 10) =>
    listSuites(board, { now: NOW, state, limit }).map(({ suiteId }) => suiteId);
  expect(ids()).toEqual(['new', 'early', 'bad', 'old']);
  expect(board.suites.get('early')?.state).toBe('cancelled');
  expect(ids(undefined, 1)).toEqual(['new']);
  expect(ids('open')).toEqual(['new', 'old']);
  expect(ids('cancelling')).toEqual(['new']);
  expect(ids('rejected')).toEqual(['bad']);
  expect(ids('failed')).toEqual([]);
});

test('what is in use: the host, by whom, the block, until when; free again after the release', () => {
  const log = boardLog();
  log.host('h1');
  log.suite('a');
  log.stage('a-1-1', 'network');
  log.ask('a-1-1');
  log.grant('a-1-1', 'h1');
  const board = foldBoard(log.events);
  const { hosts, blocks, suites } = overviewOf(board, NOW);
  expect(hosts).toMatchObject([
    { hostname: 'h1.example', cores: { used: 1.5, total: 2 }, runs: [{ runId: 'a-1-1', sharing: 'exclusive' }] },
  ]);
  expect(blocks).toEqual([{ runId: 'a-1-1', cidr: '127.64.0.0/24', until: log.later }]);
  expect(suites[0]?.runs[0]).toMatchObject({ phase: 'network', holds: { hostname: 'h1.example', blocks } });
  expect(suites[0]?.runs[0]?.waiting).toBeUndefined();
  log.fail('a-1-1');
  log.release('a-1-1', 'h1');
  const after = foldBoard(log.events);
  expect(overviewOf(after, NOW)).toMatchObject({ hosts: [{ cores: { used: 0, total: 2 }, runs: [] }], blocks: [] });
});

test('waiting: the suite runs one at a time', () => {
  const log = boardLog();
  log.suite('a', 3);
  expect(reasonOf(log, 'a-1-1')?.code).toBe('TASK');
  log.stage('a-1-1', 'network');
  expect(reasonOf(log, 'a-1-2')).toEqual({
    code: 'PARALLELISM',
    reason: 'the suite runs 1 at a time (parallelism): a-1-1 goes first',
    runs: ['a-1-1'],
  });
  log.fail('a-1-1');
  expect(reasonOf(log, 'a-1-2')?.code).toBe('TASK');
  expect(reasonOf(log, 'a-1-3')?.code).toBe('TASK');
});

test('waiting: no host has the target, or the hardware; clamp takes any', () => {
  const log = boardLog();
  log.suite('a');
  log.stage('a-1-1', 'network');
  expect(reasonOf(log, 'a-1-1')).toBeUndefined();
  log.ask('a-1-1', { cores: 64 });
  expect(reasonOf(log, 'a-1-1')).toMatchObject({
    code: 'NO_HOST',
    reason: 'no host offers target local; there are: none',
  });
  log.host('h1');
  expect(reasonOf(log, 'a-1-1')).toMatchObject({
    code: 'HARDWARE',
    reason: 'no host has 64 cores and 1.0 GiB: h1.example has 2 cores, 8.0 GiB',
  });
  log.ask('a-1-1', { cores: 64, hardwarePolicy: 'clamp' });
  expect(reasonOf(log, 'a-1-1')?.code).toBe('ALLOCATOR');
  log.add('HostLeft', 'evt.host.h1', 0, { reason: 'stopped' });
  expect(reasonOf(log, 'a-1-1')?.code).toBe('NO_HOST');
});

test('waiting: a host that gives no sign of life is not waited for while another one is there', () => {
  const log = boardLog();
  log.suite('a');
  log.stage('a-1-1', 'network');
  log.ask('a-1-1');
  log.host('h1');
  const codeOf = (...living: string[]) => {
    const board = { ...foldBoard(log.events), living: new Set(living) };
    const run = board.runs.get('a-1-1');
    return run && whyWaiting(board, run);
  };
  expect(codeOf()).toEqual({
    code: 'HOST_AWAY',
    reason:
      'h1.example (h1) is away: no sign of life of the provisioner there; start it, or say that the host will not come back: benchbus hosts gone h1',
    runs: [],
  });
  expect(codeOf('h1')?.code).toBe('ALLOCATOR');
  log.host('h2');
  log.suite('b');
  log.stage('b-1-1', 'network');
  log.ask('b-1-1');
  log.grant('b-1-1', 'h1');
  expect(codeOf('h2')?.code).toBe('ALLOCATOR');
  expect(codeOf('h1')).toMatchObject({ code: 'HOST_BUSY', runs: ['b-1-1'] });
});

test('waiting: the host is held, kept, shared, full; then it is somebody else’s turn', () => {
  const log = boardLog();
  log.host('h1');
  const keep = { when: 'always' as const, forMs: 3_600_000 };
  log.suite('a', 1, { settings: { ...exampleSuite().settings, keep } });
  log.suite('b');
  log.suite('c');
  log.stage('a-1-1', 'network');
  log.ask('a-1-1');
  log.grant('a-1-1', 'h1');
  for (const run of ['b-1-1', 'c-1-1']) {
    log.stage(run, 'network');
    log.ask(run, { sharing: 'allowed' });
  }
  expect(reasonOf(log, 'b-1-1')).toEqual({
    code: 'HOST_BUSY',
    reason: 'host h1.example is held exclusively by run a-1-1, until 2026-11-24T14:00:00Z at the latest',
    runs: ['a-1-1'],
  });
  log.fail('a-1-1');
  expect(reasonOf(log, 'b-1-1')?.reason).toMatch(
    /^host h1\.example is held exclusively by run a-1-1, which is over and kept until 2026-11-24T11:\S+Z: benchbus release a-1-1 frees it$/,
  );
  const kept = overviewOf(foldBoard(log.events), NOW).kept;
  expect(kept).toMatchObject([{ runId: 'a-1-1', phase: 'kept', outcome: 'failed' }]);
  log.release('a-1-1', 'h1');
  expect(reasonOf(log, 'b-1-1')?.code).toBe('ALLOCATOR');
  expect(reasonOf(log, 'c-1-1')).toMatchObject({ code: 'TURN', runs: ['b-1-1'] });
  log.grant('b-1-1', 'h1', 'allowed');
  expect(reasonOf(log, 'b-1-1')).toBeUndefined();
  expect(reasonOf(log, 'c-1-1')).toMatchObject({
    code: 'HOST_FULL',
    reason: 'host h1.example has 0.5 cores and 7.0 GiB left beside b-1-1, the run needs 1.5 cores and 1.0 GiB',
  });
  log.ask('c-1-1', { cores: 0.1 });
  expect(reasonOf(log, 'c-1-1')?.reason).toContain('wants it for itself (sharing: exclusive)');
});

test('the queue: suites take turns at a host they want for themselves, and each run says who is before it', () => {
  const log = boardLog();
  log.host('h1');
  log.suite('a', 3, { parallelism: 3 });
  log.suite('b');
  const ask = (runId: string, suiteId: string) => {
    log.stage(runId, 'network');
    log.ask(runId, { suiteId });
  };
  for (const runId of ['a-1-1', 'a-1-2', 'a-1-3']) ask(runId, 'a');
  log.grant('a-1-1', 'h1');
  ask('b-1-1', 'b');
  const queue = () => overviewOf(foldBoard(log.events), NOW).queue.map(({ runId }) => runId);
  expect(queue()).toEqual(['a-1-2', 'b-1-1', 'a-1-3']);
  log.fail('a-1-1');
  log.release('a-1-1', 'h1');
  log.grant('a-1-2', 'h1');
  expect(queue()).toEqual(['b-1-1', 'a-1-3']);
  log.fail('a-1-2');
  log.release('a-1-2', 'h1');
  expect(reasonOf(log, 'a-1-3')).toMatchObject({
    code: 'TURN',
    reason: 'suites take turns: b-1-1 is before',
    runs: ['b-1-1'],
  });
});

test('waiting: a pool without a free block', () => {
  const log = boardLog();
  log.host('h1');
  log.suite('a');
  log.stage('a-1-1', 'network');
  log.ask('a-1-1');
  const [scope, cidr, blockPrefix] = ['h1', '127.64.0.0/16', 17];
  log.add('PoolDefined', 'evt.pool.h1.127-64-0-0_16', 0, { scope, cidr, blockPrefix, exclusions: ['127.64.0.0/24'] });
  expect(reasonOf(log, 'a-1-1')?.code).toBe('ALLOCATOR');
  const grant = { runId: 'other', attempt: 1, cidr: '127.64.128.0/17', leaseExpiresAt: log.later };
  log.add('BlocksGranted', 'evt.pool.h1.127-64-0-0_16', 0, { grants: [grant] });
  expect(reasonOf(log, 'a-1-1')).toEqual({
    code: 'POOL_FULL',
    reason: 'pool 127.64.0.0/16 of host h1.example has no free block: of 2 runs have 1, others 1',
    runs: [],
  });
});

test('waiting: a block is counted once, and in its pool alone; the pool that counts is the one that the run asks for', () => {
  const log = boardLog();
  const small = { cidr: '127.65.0.0/16', blockPrefix: 17 };
  log.host('h1', 2, 'local', [{ ...small, cidr: '127.65.3.1/16' }]);
  log.suite('a');
  log.stage('a-1-1', 'network');
  log.ask('a-1-1');
  const own = 'evt.pool.h1.127-64-0-0_16';
  const exclusions = ['10.0.0.0/8', '127.64.0.0/24', '127.64.0.0/25', '127.64.0.128/25', '127.0.0.0/32'];
  log.add('PoolDefined', own, 0, { scope: 'h1', cidr: '127.64.0.0/16', blockPrefix: 17, exclusions });
  const occupy = (subject: string, ...ranges: string[]) =>
    log.add('BlocksOccupied', subject, 0, { blocks: ranges.map((cidr) => ({ cidr, by: 'x' })) });
  occupy(own, '127.64.64.0/24', '127.64.65.0/24');
  expect(foldBoard(log.events).pools.get(own)?.occupied).toEqual([[0, 0]]);
  expect(reasonOf(log, 'a-1-1')?.code).toBe('ALLOCATOR');
  // The target's own pool has a block left, the one that is asked for has none; and the other way round.
  const other = 'evt.pool.h1.127-65-0-0_16';
  log.add('PoolDefined', other, 0, { scope: 'h1', ...small, exclusions: ['127.64.0.0/15'] });
  log.ask('a-1-1', { pool: small });
  expect(reasonOf(log, 'a-1-1')?.reason).toBe(
    'pool 127.65.0.0/16 of host h1.example has no free block: of 2 runs have 0, others 2',
  );
  log.ask('a-1-1', { pool: { ...small, blockPrefix: 24 } });
  expect(reasonOf(log, 'a-1-1')?.code).toBe('ALLOCATOR');
  occupy(own, '127.0.0.0/8');
  expect(reasonOf(log, 'a-1-1')?.reason).toContain('of 2 runs have 0, others 2');
});

test('an overdue release is shown until it is done, whatever became of the suite', () => {
  const log = boardLog();
  log.host('h1');
  log.suite('a');
  log.stage('a-1-1', 'network');
  log.ask('a-1-1');
  log.grant('a-1-1', 'h1');
  log.fail('a-1-1');
  log.add('RunReleaseOverdue', 'evt.run.a-1-1', 90_000, { left: ['deployment'] });
  log.add('SuiteFailed', 'evt.suite.a', 91_000, { runs: [{ runId: 'a-1-1', outcome: 'failed' }], overdue: ['a-1-1'] });
  expect(overviewOf(foldBoard(log.events), NOW).overdue).toMatchObject([
    { runId: 'a-1-1', waiting: { code: 'RELEASE' } },
  ]);
  log.release('a-1-1', 'h1');
  const board = foldBoard(log.events);
  expect(overviewOf(board, NOW).overdue).toEqual([]);
  const run = board.runs.get('a-1-1');
  expect(run && viewRun(board, run).holds).toBeUndefined();
});

test('a pool: what runs and others have of it, what is in quarantine and until when; what others left is free again', () => {
  const log = boardLog();
  const [subject, cidr] = ['evt.pool.h1.127-64-0-0_16', '127.64.0.0/16'];
  log.host('h1');
  log.suite('a', 2);
  log.add('PoolDefined', subject, 0, { scope: 'h1', cidr, blockPrefix: 24, exclusions: ['127.64.255.0/24'] });
  const range = { cidr: '127.64.8.0/22', by: 'a route', source: 'host' as const, hostId: 'h1' };
  log.add('BlocksOccupied', subject, 0, { blocks: [range, { ...range, cidr: '127.64.9.0/24' }] });
  log.add('BlocksVacated', subject, 0, { blocks: [range] });
  log.grant('a-1-1', 'h1');
  const base = { pool: subject, scope: 'h1', cidr, blockPrefix: 24, blocks: 256, occupied: 2 };
  const seen = (now: string) => overviewOf(foldBoard(log.events), Date.parse(now)).pools;
  expect(seen('2026-11-24T10:00:00Z')).toEqual([{ ...base, used: 1, quarantined: 0, free: 253 }]);
  log.release('a-1-1', 'h1');
  const released = log.events.findLast(({ name }) => name === 'BlocksReleased')?.time ?? '';
  const quarantinedUntil = new Date(Date.parse(released) + 60_000).toISOString();
  expect(seen(released)).toEqual([{ ...base, used: 0, quarantined: 1, quarantinedUntil, free: 253 }]);
  expect(seen(quarantinedUntil)).toEqual([{ ...base, used: 0, quarantined: 0, free: 254 }]);
  log.grant('a-1-2', 'h1');
  expect(seen(released)).toEqual([{ ...base, used: 1, quarantined: 0, free: 253 }]);
});
