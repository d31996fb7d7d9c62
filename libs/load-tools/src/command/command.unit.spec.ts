import { RESULT_V1, resultV1 } from '@benchbus/results';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandReader } from './command-reader.ts';
import { measuredByCommand } from './measured-by-command.ts';

const T0 = 1_795_889_500_000;
const NO_WARM_UP = { fromMs: T0, warmupMs: 0 };

function measured(text: string, span = NO_WARM_UP, seconds = 10) {
  const reader = new CommandReader(span);
  reader.push(Buffer.from(text));
  reader.end();
  return measuredByCommand(reader, seconds);
}
const lines = (...of: object[]) => of.map((line) => `${JSON.stringify(line)}\n`).join('');
const transaction = (more: object = {}) => ({ type: 'transaction', latencyMs: 2, ...more });
const SUMMARY = {
  type: 'summary',
  ...{ transactions: 100, latencyAverageMs: 2, latencyP50Ms: 1, latencyP95Ms: 3 },
  ...{ latencyP99Ms: 4, latencyP999Ms: 5, latencyMaxMs: 6 },
};

describe('the lines of a command', () => {
  it('of single transactions come to percentiles, types, seconds and errors', () => {
    const text = lines(
      { type: 'tool', version: '3.1' },
      transaction({ name: 'read', endedAtMs: T0 + 500 }),
      transaction({ name: 'write', latencyMs: 8, endedAtMs: T0 + 1500 }),
      transaction({ name: 'write', ok: false, endedAtMs: T0 + 1600 }),
    );
    const result = measured(text);
    expect(result).toMatchObject({
      tool: { name: 'command', version: '3.1' },
      total: {
        transactions: 2,
        failedTransactions: 1,
        tps: 0.2,
        latencyAverageMs: 5,
        latencyP50Ms: 2,
        latencyMaxMs: 8,
      },
      types: [
        { name: 'read', transactions: 1, failedTransactions: 0 },
        { name: 'write', transactions: 1, failedTransactions: 1 },
      ],
    });
    expect(result.series.points).toHaveLength(10);
    expect(result.series.points.slice(0, 3)).toMatchObject([
      { second: 0, tps: 1 },
      { second: 1, tps: 1, failedTps: 1 },
      { second: 2, tps: 0 },
    ]);
    resultV1.parse({ schema: RESULT_V1, ...result, startedAt: '2026-11-28T18:00:00Z' });
  });

  it('of the warm-up are not counted, and cannot be told without a time', () => {
    const span = { fromMs: T0 + 1000, warmupMs: 1000 };
    const text = lines(transaction({ endedAtMs: T0 + 1001 }), transaction({ endedAtMs: T0 + 1003 }));
    expect(measured(text, span).total.transactions).toBe(1);
    expect(() => measured(lines(transaction()), span)).toThrow(/endedAtMs/);
  });

  it('may be its own summary, once for all and once a type', () => {
    const result = measured(lines({ ...SUMMARY, durationSeconds: 5 }, { ...SUMMARY, name: 'a', transactions: 40 }));
    expect(result).toMatchObject({
      durationSeconds: 5,
      total: { transactions: 100, tps: 20, sources: { latencyP99Ms: 'tool-summary' } },
      types: [{ name: 'a', transactions: 40, tps: 8 }],
    });
    expect(() => measured(lines(SUMMARY, SUMMARY))).toThrow(/second summary/);
    expect(() => measured(lines(SUMMARY, transaction()))).toThrow(/either is enough/);
    expect(() => measured(lines({ ...SUMMARY, name: 'a' }))).toThrow(/no summary of all/);
  });

  it.each([
    ['text', 'hello secret-word\n'],
    ['another type', lines({ type: 'secret-word' })],
    ['a word for a number', lines(transaction({ latencyMs: 'secret-word' }))],
    ['an unknown key', lines(transaction({ more: 'secret-word' }))],
    ['no object', '[1]\n'],
    ['a line without end', `{"type":"${'secret-word'.repeat(10_000)}`],
  ])('with %s are a coded problem that names the line and repeats none of it', (_, text) => {
    const good = lines(transaction());
    let problem: unknown;
    try {
      measured(good + text);
    } catch (error) {
      problem = error;
    }
    expect(problem).toMatchObject({ code: 'TOOL_OUTPUT_MALFORMED', where: 'command (measure), stdout line 2' });
    expect(String((problem as Error).message)).not.toContain('secret-word');
  });

  it('cut anywhere, in chunks of any size, are read or refused', () => {
    const whole = Buffer.from(lines(transaction({ name: 'größe' }), transaction({ ok: false }), transaction()));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.integer({ min: 1, max: 40 }), (length, size) => {
        const reader = new CommandReader(NO_WARM_UP);
        try {
          for (let at = 0; at < length; at += size) reader.push(whole.subarray(at, Math.min(length, at + size)));
          reader.end();
          expect(measuredByCommand(reader, 1).total.transactions).toBeLessThanOrEqual(2);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^TOOL_OUTPUT_(MALFORMED|INCOMPLETE)$/);
        }
      }),
    );
  });
});
