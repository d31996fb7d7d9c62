import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeEnd } from '../judge-end.ts';
import { parseInitProgress, parseProgress } from './parse-progress.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const lines = (name: string) => fixture(name).split('\n');

describe('progress', () => {
  it('of a run is read', () => {
    expect(parseProgress('progress: 1.0 s, 2249.0 tps, lat 0.875 ms stddev 0.436, 0 failed')).toEqual({
      seconds: 1,
      tps: 2249,
      latencyAverageMs: 0.875,
    });
    expect(lines('normal-15.stderr.txt').filter((line) => parseProgress(line))).toHaveLength(3);
  });

  it('of a second without transactions has no latency', () => {
    expect(parseProgress('progress: 2.0 s, 0.0 tps, lat NaN ms stddev NaN, 0 failed')).toMatchObject({
      latencyAverageMs: 0,
    });
  });

  it('of the initialisation grows to 1', () => {
    const done = lines('init-15.stderr.txt').flatMap((line) => parseInitProgress(line) ?? []);
    expect(done).toHaveLength(10);
    expect([done[0], done.at(-1)]).toEqual([0.1, 1]);
  });
});

describe('the end of pgbench', () => {
  const exited = (code: number) => ({ kind: 'exited' as const, code, startedAt: new Date(0) });

  it('is fine with code 0', () => {
    expect(judgeEnd({ tool: 'pgbench', step: 'measure' }, exited(0), '')).toBeUndefined();
  });

  it('quotes what the tool said last, without its progress', () => {
    const problem = judgeEnd({ tool: 'pgbench', step: 'measure' }, exited(2), fixture('aborted-15.stderr.txt'));
    expect(problem).toMatchObject({ code: 'TOOL_FAILED' });
    expect(problem?.message).toMatch(/terminating connection due to administrator command/);
    expect(problem?.message).not.toMatch(/progress/);
  });

  it.each([137, 143])('by a signal (%i) is an interruption', (code) => {
    expect(judgeEnd({ tool: 'pgbench', step: 'measure' }, exited(code), '')).toMatchObject({ code: 'INTERRUPTED' });
  });

  it('by the time limit is told as such; killed before it, it was interrupted', () => {
    const limited = { tool: 'go-tpc', step: 'measure', limitMs: 60_000 };
    expect(judgeEnd({ ...limited, tookMs: 60_100 }, exited(124), '')).toMatchObject({ code: 'TOOL_STUCK' });
    expect(judgeEnd({ ...limited, tookMs: 75_100 }, exited(137), '')).toMatchObject({ code: 'TOOL_STUCK' });
    expect(judgeEnd({ ...limited, tookMs: 3_000 }, exited(137), '')).toMatchObject({ code: 'INTERRUPTED' });
  });

  it('without an exit code is an interruption', () => {
    expect(
      judgeEnd({ tool: 'pgbench', step: 'measure' }, { kind: 'vanished', startedAt: new Date(0) }, ''),
    ).toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
