import { describe, expect, it, test } from 'vitest';
import { examplePlans } from '../domain/example-plan.ts';
import { onlyKeeps } from '../domain/kept-until.ts';
import { suiteResults } from '../domain/suite-results.ts';
import { boardLog } from '../testing/board-log.ts';
import { exampleSuite, finishedRun, RUN, SUITE } from '../testing/recorded.ts';
import { formatBytes, formatDuration, formatOffset, table } from './format.ts';
import { Live } from './live.ts';
import { planText } from './plan-text.ts';
import { problemLines } from './problem-text.ts';
import { resultsJson } from './results-json.ts';
import { resultsText } from './results-text.ts';
import { sharedText } from './shared-text.ts';
import { paintFor, plain } from './style.ts';

test('durations, offsets and sizes', () => {
  expect([0, 999, 1_000, 61_000, 3_661_000].map(formatDuration)).toEqual([
    '0 ms',
    '999 ms',
    '1.0 s',
    '1 min 01 s',
    '1 h 01 min',
  ]);
  expect([0, -5, 12_345].map(formatOffset)).toEqual(['+0.000 s', '-0.005 s', '+12.345 s']);
  expect([0, 1023, 1024, 1_572_864].map(formatBytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 MiB']);
});

test('a table pads to the widest cell', () => {
  expect(
    table(
      [
        ['a', '1'],
        ['bbb', '22'],
      ],
      [1],
    ),
  ).toEqual(['a     1', 'bbb  22']);
});

test('results name throughput, latencies, failures, versions, artifacts, stages and the timeline', () => {
  const text = resultsText(suiteResults(SUITE, finishedRun()), plain, { artifactsDir: '/store', timeline: true });
  expect(text).toContain(`suite quick  completed  (${SUITE})`);
  expect(text).toMatch(/throughput +1,235 tps/);
  expect(text).toMatch(/latency average +6\.480 ms/);
  expect(text).toMatch(/p50 \/ p95 \/ p99 +6\.100 ms \/ 9\.200 ms \/ 15\.3 ms/);
  expect(text).toMatch(/transactions +74,071 in 60\.0 s \(failed: 1, 0\.00 %\)/);
  expect(text).toMatch(/server +PostgreSQL 15\.18/);
  expect(text).toMatch(/tool +pgbench 15\.18/);
  expect(text).toContain(`artifacts in /store/${RUN}\n    load/pgbench.log`);
  expect(text).toMatch(/server\.log +not stored/);
  expect(text).toContain('workload 1 min 00 s, artifacts 1.0 s, release 2.0 s');
  expect(text).toMatch(/\+66\.890 s +#\d+ +WorkloadFinished +1234\.5 tps/);
});

test('results say what each fault cost, and what did not come about', () => {
  const results = suiteResults(SUITE, finishedRun());
  const [run] = results.runs;
  if (run?.summary === undefined) throw new Error('it has a summary');
  const fault = {
    index: 0,
    kind: 'kill' as const,
    node: 'pg1',
    at: '2026-11-28T10:00:20.000Z',
    newLeader: 'pg2',
    timeToNewLeaderMs: 18_200,
    timeToFirstCommitMs: 19_512,
    acknowledgedCommits: 3_120,
    acknowledgedCommitsLost: 0,
    throughputBeforeTps: 812.4,
  };
  const summary = { ...run.summary, toolStarts: 2, connectionsLost: 4, faults: [fault] };
  const text = resultsText({ ...results, runs: [{ ...run, summary }] }, plain, { artifactsDir: '/s', timeline: false });
  expect(text).toMatch(/load tool +started 2 ×, connections lost: 4/);
  expect(text).toMatch(/fault 1 +kill pg1 at 2026-11-28T10:00:20/);
  expect(text).toMatch(/new leader +pg2 after 18\.2 s/);
  expect(text).toMatch(/first commit after it +19\.5 s/);
  expect(text).toMatch(/acknowledged commits +3,120, of which lost: 0/);
  expect(text).toMatch(/90 % of its throughput +not before the end \(before: 812 tps\)/);
});

test('several runs are a table last: test, labels, repeat, and the numbers one compares', () => {
  const one = suiteResults(SUITE, finishedRun()).runs[0];
  if (!one) throw new Error('it has a run');
  const { summary: _none, ...open } = one;
  const runs = [
    { ...one, test: 'a', labels: { version: '16' } },
    { ...open, test: 'bb', repeat: 2, outcome: 'running' as const, labels: { version: '17', clients: '8' } },
  ];
  const text = resultsText({ ...suiteResults(SUITE, finishedRun()), runs }, plain, {
    artifactsDir: undefined,
    timeline: false,
  });
  expect(text.split('\n').slice(-3)).toEqual([
    'TEST  VERSION  CLIENTS  REPEAT     TPS  AVG MS  P95 MS  P99 MS',
    'a     16                     1  1234.5   6.480   9.200  15.300',
    'bb    17       8             2       -       -       -       -  running',
  ]);
  const single = resultsText(suiteResults(SUITE, finishedRun()), plain, { artifactsDir: undefined, timeline: false });
  expect(single).not.toContain('AVG MS');
});

test('where the store is not a folder here, the keys are shown', () => {
  const results = suiteResults(SUITE, finishedRun());
  expect(resultsText(results, plain, { artifactsDir: undefined, timeline: false })).toContain(
    `artifacts in ${RUN}\n    load/pgbench.log`,
  );
  expect(JSON.stringify(resultsJson(results, undefined))).not.toContain('"path"');
  expect(JSON.stringify(resultsJson(results, '/store'))).toContain(`"path":"/store/${RUN}/load/pgbench.log"`);
});

test('a failed run shows its problem and what to do', () => {
  const text = resultsText(suiteResults(SUITE, finishedRun('failed')), plain, {
    artifactsDir: undefined,
    timeline: false,
  });
  expect(text).toContain('pgbench ended with exit code 2 [WORKLOAD_EXIT]');
  expect(text).toContain('→ see its log');
});

test('a problem with a position starts with it', () => {
  const message = 's.yaml:3:5: tests[0].x: unknown key';
  expect(problemLines({ code: 'SUITE_UNKNOWN_KEY', message, where: 'tests[0].x' }, plain)).toEqual([
    `${message} [SUITE_UNKNOWN_KEY]`,
  ]);
  expect(problemLines({ code: 'A', message: 'b', where: 'c', hint: 'd\ne' }, plain)).toEqual([
    'c: b [A]',
    '  → d',
    '    e',
  ]);
});

test('the plan is a tree with addresses, processes and totals', () => {
  const suite = exampleSuite();
  const lines = planText(suite, examplePlans(suite).plans, plain).split('\n');
  expect(lines).toContain('├─ pg (database)  127.64.0.4  1 core, 1GB memory, 5GB disk');
  expect(lines).toContain('│  └─ postgres primary, version as installed, 127.64.0.4:5432; shared_buffers=64MB');
  expect(lines).toContain('per run: 2 nodes, 2 processes, 1.5 cores, 1500MB memory');
  expect(lines.at(-1)).toBe('total: 1 test, 2 runs');
});

test('colours only on a terminal that wants them', () => {
  expect(paintFor(true, {})('red', 'x')).not.toBe('x');
  expect(paintFor(true, { NO_COLOR: '1' })('red', 'x')).toBe('x');
  expect(paintFor(true, { TERM: 'dumb' })('red', 'x')).toBe('x');
  expect(paintFor(false, {})('red', 'x')).toBe('x');
  expect(paintFor(false, { FORCE_COLOR: '1', NO_COLOR: '1' })('red', 'x')).not.toBe('x');
  expect(paintFor(true, { FORCE_COLOR: '0' })('red', 'x')).toBe('x');
});

function watch(isTerminal: boolean) {
  let written = '';
  let now = Date.parse('2026-11-24T10:00:00.000Z');
  const screen = { isTerminal, columns: () => 40, write: (text: string) => void (written += text) };
  const live = new Live(screen, plain, () => now);
  const advance = (ms: number): void => void (now += ms);
  return { live, advance, written: () => written };
}
const progress = { runId: RUN, node: 'load', time: '', activity: 'measuring', tps: 1234.4, done: 0.5 };

test('elsewhere than on a terminal: plain lines, progress every ten seconds', () => {
  const { live, advance, written } = watch(false);
  for (const event of finishedRun()) live.event(event);
  for (let second = 0; second < 21; second += 1) {
    live.progress(progress);
    advance(1_000);
  }
  live.end();
  const lines = written().trimEnd().split('\n');
  expect(lines.filter((line) => line.includes('measuring'))).toHaveLength(3);
  expect(written()).not.toContain('\x1b');
  expect(written()).toMatch(/RunStageStarted {2}workload\n/);
});

test('on a terminal one line is rewritten, never longer than the terminal, and gone at the end', () => {
  const { live, advance, written } = watch(true);
  for (const event of finishedRun().slice(0, 2)) live.event(event);
  advance(2_000);
  live.progress(progress);
  const drawn = written().split('\r\x1b[2K').at(-1) ?? '';
  expect(drawn).toContain('queued 2.0 s  measuring');
  expect(drawn.length).toBeLessThan(40);
  live.end();
  expect(written().endsWith('\r\x1b[2K')).toBe(true);
});

test('of several runs each line names its run, and why it waits is said once', () => {
  const log = boardLog();
  log.suite('a', 3);
  log.stage('a-1-1', 'network');
  const { live, advance, written } = watch(false);
  for (const event of log.events) live.event(event);
  const busy = { code: 'HOST_BUSY', reason: 'host h is held exclusively by run b', runs: ['b'] } as const;
  const limit = { code: 'PARALLELISM', reason: 'the suite runs 1 at a time', runs: [] } as const;
  advance(7_000);
  live.waiting('a-1-1', busy);
  live.waiting('a-1-2', limit);
  live.waiting('a-1-3', limit);
  live.waiting('a-1-1', undefined);
  live.progress({ ...progress, runId: 'a-1-1' });
  live.progress({ ...progress, runId: 'a-1-2' });
  live.progress({ ...progress, runId: 'of another suite' });
  live.end();
  const lines = written().trimEnd().split('\n');
  expect(lines.slice(-5).map((line) => line.trim())).toEqual([
    '4.0 s  RunStageStarted  1-1 baseline  network',
    '6.0 s  waits  1-1 baseline  host h is held exclusively by run b',
    '6.0 s  waits  1-2 baseline  the suite runs 1 at a time',
    '6.0 s  1-1 baseline  network 2.0 s  measuring  1234 tps  50 %',
    '6.0 s  1-2 baseline  queued 6.0 s  measuring  1234 tps  50 %',
  ]);
});

const ALWAYS = { when: 'always', forMs: 600_000 } as const;

describe('a kept run', () => {
  const kept = finishedRun().filter(({ name }) => !name.startsWith('RunRelease') && !name.startsWith('Suite'));
  const events = [finishedRun().find(({ name }) => name === 'SuiteAccepted'), ...kept]
    .filter((event) => event !== undefined)
    .map((event) =>
      event.name === 'RunQueued'
        ? { ...event, data: { ...event.data, settings: { ...event.data.settings, keep: ALWAYS } } }
        : event,
    );
  const [onTerminal, elsewhere] = [true, false];

  it.each([onTerminal, elsewhere])(
    'is said to be, with what to do; the stage counts no longer (terminal: %s)',
    (tty) => {
      const { live, advance, written } = watch(tty);
      for (const event of events) live.event(event);
      advance(120_000);
      live.line('later');
      live.end();
      expect(written()).toContain(`kept  until 10:11:08Z; benchbus release ${RUN} ends it`);
      if (tty) expect(written().split('\r\x1b[2K').at(-2)).toMatch(/^ *\S+ min \d+ s {2}kept until 10:11:08Z/);
      expect(written().slice(written().indexOf('RunCompleted'))).not.toMatch(/(artifacts|over) \d/);
    },
  );

  it('is not mentioned when its keep time is long over', () => {
    const { live, advance, written } = watch(false);
    advance(3_600_000);
    for (const event of events) live.event(event);
    expect(written()).not.toContain('kept');
  });

  it('lets a suite of which every run is over show its results at once', () => {
    const at = Date.parse('2026-11-24T10:01:30.000Z');
    expect(onlyKeeps(events, at)).toBe(true);
    expect(onlyKeeps(events.slice(0, -1), at)).toBe(false);
    expect(onlyKeeps(events, at + 3_600_000)).toBe(false);
    expect(onlyKeeps(finishedRun(), at)).toBe(false);
  });
});

test('who had a share of the host while a run measured', () => {
  const tenant = { runId: 'b-1-1', suiteId: 'b', cores: 2, memoryBytes: 2 ** 30 };
  expect(sharedText({ mode: 'allowed', coTenants: [tenant] })).toBe('b-1-1 of suite b (2 cores, 1.0 GiB)');
  expect(sharedText({ mode: 'exclusive', coTenants: [] })).toBeUndefined();
});
