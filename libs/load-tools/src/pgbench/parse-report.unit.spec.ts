import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReport, versionIn } from './parse-report.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

describe("pgbench's report", () => {
  it('is read as version 15 printed it', () => {
    expect(parseReport(fixture('normal-15.stdout.txt'))).toMatchObject({
      ok: true,
      report: {
        toolVersion: '15.18',
        durationSeconds: 3,
        transactions: 10572,
        failedTransactions: 0,
        latencyAverageMs: expect.closeTo(1.128, 0) as number,
      },
    });
  });

  it('is read in the wording of version 17 (same lines, other banner)', () => {
    expect(parseReport(fixture('normal-17.stdout.txt'))).toMatchObject({ ok: true, report: { toolVersion: '17.2' } });
  });

  it('counts failed transactions apart', () => {
    expect(parseReport(fixture('failed-15.stdout.txt'))).toMatchObject({
      ok: true,
      report: { transactions: 2515, failedTransactions: 5805, tps: 1261.786288, initialConnectionMs: 15.274 },
    });
  });

  it('is printed by an aborted run too: the exit code tells, not the report', () => {
    expect(parseReport(fixture('aborted-15.stdout.txt'))).toMatchObject({ ok: true, report: { transactions: 33857 } });
  });

  it('names what a cut output lacks', () => {
    const cut = parseReport(fixture('cut-15.stdout.txt'));
    expect(cut).toMatchObject({ ok: false });
    expect(cut.ok || cut.missing).toContain('tps');
  });

  it('is never accepted if cut anywhere', () => {
    const whole = fixture('normal-15.stdout.txt');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(parseReport(whole.slice(0, length)).ok).toBe(false);
      }),
    );
  });

  it.each([
    ['pgbench (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', '15.18'],
    ['15.4, server 17.0', '15.4'],
    ['18beta1', '18beta1'],
  ])('finds the version in %s', (text, version) => {
    expect(versionIn(text)).toBe(version);
  });
});
