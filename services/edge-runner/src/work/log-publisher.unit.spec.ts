import type { LogLine } from '@benchbus/events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fullBudget, spend } from '../domain/line-budget.ts';
import { runnerLine } from '../domain/runner-line.ts';
import { createLogPublisher } from './log-publisher.ts';
import { MAX_LINE, safeLine } from './safe-line.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function publisher(limits = { perSecond: 2, burst: 3 }) {
  const lines: LogLine[] = [];
  const telemetry = { log: (line: LogLine) => void lines.push(line) };
  const options = { telemetry, runId: 'r', node: 'pg', secrets: ["it's"], clock: () => Date.now(), limits };
  const logs = createLogPublisher(options);
  return { logs, lines, texts: () => lines.map(({ line }) => line) };
}

describe('the log publisher', () => {
  it('lets a burst through, leaves the rest out, and says how many before it goes on', () => {
    const { logs, texts } = publisher();
    for (let index = 1; index <= 6; index += 1) logs.line('postgres', `line ${index}`);
    expect(texts()).toEqual(['line 1', 'line 2', 'line 3']);
    vi.advanceTimersByTime(999);
    logs.line('postgres', 'too early for two');
    vi.setSystemTime(1_001);
    logs.line('postgres', 'later');
    expect(texts().slice(3)).toEqual(['… 4 lines left out (more than 2 a second)', 'later']);
  });

  it('says so also when nothing follows; each container has a budget of its own', () => {
    const { logs, texts } = publisher({ perSecond: 1, burst: 1 });
    logs.line('postgres', 'a');
    logs.line('postgres', 'b');
    logs.line('runner', 'c');
    vi.advanceTimersByTime(1_000);
    expect(texts()).toEqual(['a', 'c', '… 1 line left out (more than 1 a second)']);
    logs.flush();
    expect(texts()).toHaveLength(3);
  });

  it('never fails its caller', () => {
    const fail = () => {
      throw new Error('no server');
    };
    const options = { telemetry: { log: fail }, runId: 'r', node: 'pg', secrets: [], clock: () => 0 };
    expect(() => createLogPublisher(options).line('runner', 'x')).not.toThrow();
  });

  it('never says more than burst + time × rate, and every line is said or counted', () => {
    const limits = { perSecond: 5, burst: 10 };
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 300 }), (gaps) => {
        let [now, said, counted] = [0, 0, 0];
        let budget = fullBudget(limits, 0);
        for (const gap of gaps) {
          now += gap;
          const asked = spend(budget, limits, now);
          budget = asked.budget;
          said += Number(asked.allowed);
          counted += asked.leftOut;
          expect(said).toBeLessThanOrEqual(limits.burst + (now * limits.perSecond) / 1_000 + 1e-6);
        }
        expect(said + counted + budget.leftOut).toBe(gaps.length);
      }),
    );
  });
});

describe('safeLine', () => {
  it.each([
    ["connection postgres://bench:it's@h/db", "it's"],
    ["ALTER ROLE bench PASSWORD 'it''s'", "it''s"],
    ["CREATE USER x PASSWORD 'hunter2'", 'hunter2'],
    ['host=h password=hunter2 dbname=d', 'hunter2'],
    ['{"s3SecretKey": "hunter2", "x": 1}', 'hunter2'],
    ['postgres://u:hunter2@h/d', 'hunter2'],
  ])('%s', (line, secret) => {
    expect(safeLine(line, ["it's"])).not.toContain(secret);
  });

  it('leaves an ordinary line alone, and cuts a long one', () => {
    const line = 'LOG:  database system is ready to accept connections; fencing token checks passed';
    expect(safeLine(line, ['secret'])).toBe(line);
    expect(safeLine('x'.repeat(5_000), [])).toHaveLength(MAX_LINE);
  });
});

it('a line of the runner reads like a sentence with fields', () => {
  const json = JSON.stringify({
    level: 'info',
    time: 't',
    pid: 1,
    service: 's',
    kind: 'database',
    a: 'b c',
    msg: 'working',
  });
  expect(runnerLine(`${json}\n`)).toBe('INFO working kind=database a="b c"');
  expect(runnerLine('no json\n')).toBe('no json');
});
