import type { DeadLetterSummary } from '@benchbus/events';
import { expect, test } from 'vitest';
import { foldBoard } from '../domain/board/evolve.ts';
import { listSuites, overviewOf, viewRun, viewSuite } from '../domain/board/views.ts';
import { boardLog } from '../testing/board-log.ts';
import { finishedRun, RUN, SUITE } from '../testing/recorded.ts';
import { listText, utcTime } from './list-text.ts';
import { overviewText, runText, suiteText } from './status-text.ts';
import { paintFor, plain } from './style.ts';
import { terminalSafe } from './terminal-safe.ts';

const now = Date.parse('2026-11-24T10:10:00.000Z');
const later = utcTime('2026-11-24T14:00:00.000Z');

function busyLog() {
  const log = boardLog();
  log.host('h1');
  log.add('PoolDefined', 'evt.pool.h1.127-64-0-0_16', 0, {
    ...{ scope: 'h1', cidr: '127.64.0.0/16', blockPrefix: 24, exclusions: [] },
  });
  log.suite('a', 2);
  log.suite('b');
  for (const run of ['a-1-1', 'b-1-1']) {
    log.stage(run, 'network');
    log.ask(run);
  }
  log.grant('a-1-1', 'h1');
  log.stage('a-1-1', 'workload');
  return log;
}
const LETTER: DeadLetterSummary = {
  id: '0a1b2c3d',
  state: 'parked',
  service: 'suite-dispatcher',
  consumer: 'suite-dispatcher-requests',
  stream: 'REQUESTS',
  attempts: 1,
  redrives: 0,
  redrivable: true,
  time: '2026-11-24T10:09:00.000Z',
  subject: 'request.suite.a',
  sequence: 7,
  code: 'SUITE_INVALID',
  message: 'no test has this name',
};
const progress = new Map([
  ['a-1-1', { runId: 'a-1-1', node: 'load', time: '', activity: 'measuring', tps: 99.6, done: 0.5 }],
]);
const extras = { progress, now, paint: plain };

test('the list is a table; colours do not move its columns', () => {
  const suites = listSuites(foldBoard([...finishedRun(), ...boardLog().events]), { now, limit: 5 });
  const text = listText(suites, plain);
  expect(text.split('\n')).toEqual([
    'SUITE         NAME   STATE      RUNS  REQUESTED             TOOK',
    `${SUITE}  quick  completed  1/1   ${utcTime('2026-11-24T10:00:00.000Z')}  1 min 11 s`,
  ]);
  const coloured = listText(suites, paintFor(true, {}));
  expect(coloured).not.toBe(text);
  expect(terminalSafe(coloured.split('\n')[1] ?? '')).toBe(text.split('\n')[1]);
});

test('the overview names who waits for what, who holds what, and the progress', () => {
  const lines = overviewText(
    { ...overviewOf(foldBoard(busyLog().events), now), deadLetters: 2, newestDeadLetters: [LETTER] },
    extras,
  ).split('\n');
  expect(lines).toContain('    a-1-1  baseline  workload   for 9 min 46 s');
  expect(lines).toContain('      measuring  100 tps  50 %');
  expect(lines).toContain('      waits: the suite runs 1 at a time (parallelism): a-1-1 goes first');
  expect(lines).toContain(
    '      waits: host h1.example is held exclusively by run a-1-1, until 2026-11-24T14:00:00Z at the latest',
  );
  expect(lines).toContain('  h1.example (h1)  local  1.5 of 2 cores, 1.0 GiB of 8.0 GiB in use');
  expect(lines).toContain(`    a-1-1  1.5 cores  1.0 GiB  exclusively  until ${later} at the latest`);
  expect(lines).toContain('  127.64.0.0/16 of h1  1 of 256 blocks /24 used  0 by others  0 in quarantine  255 free');
  expect(lines).toContain(`  127.64.0.0/24  a-1-1  until ${later} at the latest`);
  expect(lines.slice(-2)).toEqual([
    '2 dead letters, the newest 1',
    '  0a1b2c3d  2026-11-24 10:09:00Z  request.suite.a #7  no test has this name [SUITE_INVALID]',
  ]);
});

test('nothing going on is said, too', () => {
  const text = overviewText({ ...overviewOf(foldBoard([]), now), deadLetters: 0, newestDeadLetters: [] }, extras);
  expect(text).toContain('none; `benchbus list` shows those that are over');
  expect(text).toContain('no provisioner has announced its host');
  expect(text).toContain('no dead letters');
});

test('a suite and a run', () => {
  const board = foldBoard(busyLog().events);
  const suite = board.suites.get('a');
  const run = board.runs.get('a-1-1');
  if (!suite || !run) throw new Error('they are in the log');
  expect(suiteText(viewSuite(board, suite, now), extras)).toContain('a  suite a  running  runs 0/2  since');
  expect(runText(viewRun(board, run), extras).split('\n')).toEqual([
    'a-1-1  baseline  workload   for 9 min 46 s',
    '  measuring  100 tps  50 %',
    `  since ${utcTime('2026-11-24T10:00:14.000Z')}, until ${later} at the latest`,
    '  holds',
    '    host   h1.example     1.5 cores, 1.0 GiB, exclusively',
    `    block  127.64.0.0/24  until ${later} at the latest`,
  ]);
  const over = foldBoard(finishedRun('failed'));
  const failed = over.runs.get(RUN);
  expect(failed && runText(viewRun(over, failed), extras)).toContain('pgbench ended with exit code 2 [WORKLOAD_EXIT]');
});

test('what a program printed cannot steer the terminal', () => {
  expect(terminalSafe('a\x1b[2J\x1b[31mb\x07\tc\u009bd')).toBe('ab\tcd');
});
