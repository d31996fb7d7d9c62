import { describe, expect, it } from 'vitest';
import { parseSegments, readReport } from './segments.ts';

/** As pgbench 15 prints it. */
const report = (
  transactions: number,
  tps: string,
  average: string,
  stddev: string,
) => `pgbench (15.14 (Debian 15.14-0+deb12u1))
transaction type: <builtin: simple update>
scaling factor: 1
query mode: simple
number of clients: 2
number of threads: 1
maximum number of tries: 1
duration: 60 s
number of transactions actually processed: ${transactions}
number of failed transactions: 0 (0.000%)
latency average = ${average} ms
latency stddev = ${stddev} ms
initial connection time = 5.000 ms
tps = ${tps} (without initial connection time)
`;
const nothing = `pgbench (15.14 (Debian 15.14-0+deb12u1))
duration: 3 s
number of transactions actually processed: 0
number of failed transactions: 0 (NaN%)
`;
const output = `benchbus: start 1
${report(1000, '100.0', '10.000', '2.000')}benchbus: start 1 ended with 2, connections lost: 2
benchbus: start 2
benchbus: start 2 ended with 1, connections lost: 0
benchbus: start 3
${nothing}benchbus: start 3 ended with 2, connections lost: 2
benchbus: start 4
${report(3000, '200.0', '20.000', '4.000')}benchbus: start 4 ended with 0, connections lost: 0
benchbus: measured for 60250 ms
`;

describe('a measured part with several starts of pgbench', () => {
  it('is one result: all transactions over the whole time, also that without a server', () => {
    const { report, measured } = readReport(output);
    expect(measured?.segments.map(({ code, connectionsLost }) => [code, connectionsLost])).toEqual([
      [2, 2],
      [1, 0],
      [2, 2],
      [0, 0],
    ]);
    expect(report).toEqual({
      ok: true,
      report: {
        toolVersion: '15.14',
        durationSeconds: 60.25,
        transactions: 4000,
        failedTransactions: 0,
        tps: 66.39,
        latencyAverageMs: 17.5,
        // √((1000·(4+100) + 3000·(16+400)) / 4000 − 17.5²)
        latencyStddevMs: 5.635,
        initialConnectionMs: 10,
      },
    });
  });

  it('lacks its end when it was cut', () => {
    const cut = output.slice(0, output.indexOf('benchbus: measured'));
    expect(parseSegments(cut)).toBeUndefined();
    expect(readReport(cut).report).toEqual({ ok: false, missing: ['the end of the measured part'] });
  });

  it('has nothing to say without any transaction', () => {
    const { report } = readReport(`benchbus: start 1
${nothing}benchbus: start 1 ended with 2, connections lost: 2
benchbus: measured for 3000 ms
`);
    expect(report).toEqual({ ok: false, missing: ['any transaction'] });
  });

  it('is pgbench as it is where nothing was planned', () => {
    const plain = readReport(report(10, '5.0', '1.000', '0.100'));
    expect(plain.measured).toBeUndefined();
    expect(plain.report).toMatchObject({ ok: true, report: { transactions: 10, tps: 5, durationSeconds: 60 } });
  });
});
