import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { resultV1, type ResultV1 } from '@benchbus/results';
import { findProgram } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from './testing/installation.ts';
import { play } from './testing/play.ts';
import { repeatedSuite } from './testing/repeated-suite.ts';
import { verifyEvidence } from './testing/verify-evidence.ts';

const hardware = { cores: 0.5, memory: '256MB', disk: '1GB' };
/** One server, as little as it can be, and a load tool of a few seconds. */
const suite = (name: string, workload: object) => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name,
  target: 'local',
  hardwarePolicy: 'clamp',
  tests: [
    {
      name,
      database: {
        topology: {
          postgres: { settings: { fsync: 'off' } },
          nodes: [{ name: 'pg', hardware, postgres: { role: 'primary' } }],
        },
      },
      workload: { duration: '2s', warmup: '0s', hardware, ...workload },
    },
  ],
});
const LINES = `echo '{"type":"tool","version":"1"}'; for i in 1 2 3 4; do
  psql -Atqc 'SELECT 1' >/dev/null && echo '{"type":"transaction","name":"select","latencyMs":'$i'}'; done`;

/** Where bootstrap and `go install` put programs, too. */
const GO = [
  join(homedir(), 'go/bin'),
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus/bin'),
];
const isHere = (tool: string): boolean =>
  tool === 'command' || tool === 'pgbench' || findProgram([tool], GO) !== undefined;

describe('load tools from a suite to their result on local', () => {
  let installation: Installation;
  beforeAll(async () => {
    // Nobody is there: a release that is asked for cannot be had.
    installation = await Installation.start({ BENCHBUS_STROPPY_URL: 'http://127.0.0.1:1' });
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });

  it('repeats: sides take turns, all but the first start from the copy of its data, of which nothing stays', async () => {
    const { history } = await play(installation, repeatedSuite);
    const { correlation: id = '' } = history[0] ?? {};
    const runOf = (subject: string) => (subject.split('.')[2] ?? '').slice(id.length + 1);
    const of = <N extends (typeof history)[number]['name']>(name: N) =>
      history.filter((event): event is Extract<(typeof history)[number], { name: N }> => event.name === name);
    expect(of('WorkloadStarted').map(({ subject }) => runOf(subject))).toEqual(['1-1', '2-1', '3-1', '2-2', '1-2']);
    // One after the other: the host is the run's alone.
    const ends = of('WorkloadFinished').map(({ sequence }) => sequence);
    for (const [index, { sequence }] of of('WorkloadStarted').entries())
      expect(ends.filter((end) => end < sequence)).toHaveLength(index);

    const from = of('DatabaseReady').map(({ subject, data }) => [runOf(subject), data.proven['data.from']]);
    expect(from).toEqual([
      ['1-1', 'made'],
      ['2-1', 'kept copy'],
      ['3-1', undefined],
      ['2-2', 'kept copy'],
      ['1-2', 'kept copy'],
    ]);
    const loaded = of('ArtifactStored').filter(({ data }) => data.name === 'init.txt');
    expect(loaded.map(({ data }) => data.runId.slice(id.length + 1))).toEqual(['1-1', '3-1']);
    expect(readdirSync(join(tmpdir(), `benchbus-${installation.installation}`))).toEqual([]);

    const [same] = of('WorkloadFinished').filter(({ data }) => data.repeats !== undefined);
    expect(same?.data.repeats).toHaveLength(2);
    const results = await installation.cli('results', id, '--json').finished;
    const { tests } = JSON.parse(results.stdout) as {
      tests: { test: string; samples: number; invalid: number; metrics: { name: string; count: number }[] }[];
    };
    expect(tests.map(({ test, samples, invalid }) => [test, samples + invalid])).toEqual([
      ['a', 2],
      ['b', 2],
      ['same', 2],
    ]);
    for (const { samples, metrics } of tests) for (const { count } of metrics) expect(count).toBe(samples);
    expect((await installation.cli('results', id).finished).stdout).toMatch(/SAMPLES\s+TPS MEDIAN\s+SPREAD/);
    const compared = await installation.cli('compare', `${id}/a`, `${id}/b`, '--include-invalid', '--json').finished;
    expect(JSON.parse(compared.stdout)).toMatchObject({
      tests: [{ verdict: 'inconclusive', primary: { a: { count: 2 }, b: { count: 2 } } }],
    });
    await verifyEvidence(installation.stateDir, id, ['1-1', '2-1', '3-1', '2-2', '1-2']);
  }, 400_000);

  const CASES: readonly [name: string, workload: object, types: readonly string[]][] = [
    ['go-tpc', { tool: 'go-tpc', warehouses: 1, threads: 2, duration: '3s' }, ['new_order', 'payment']],
    ['sysbench', { tool: 'sysbench', tableSize: 1000, threads: 2, warmup: '1s' }, ['oltp_read_write']],
    ['command', { tool: 'command', command: ['sh', '-c', LINES] }, ['select']],
    ['pgbench', { tool: 'pgbench', clients: 2, rate: 50, latencyLimit: '500ms' }, ['tpcb-like']],
  ];
  for (const [name, workload, types] of CASES)
    it.skipIf(!isHere(name))(
      `${name}: measured, kept whole, given by results --json, nothing left`,
      async () => {
        const { history } = await play(installation, suite(name, workload));
        const finished = history.find((event) => event.name === 'WorkloadFinished');
        const { suiteId } = history.find((event) => event.name === 'RunQueued')?.data as { suiteId: string };
        const printed = await installation.cli('results', suiteId, '--json').finished;
        const { runs } = JSON.parse(printed.stdout) as {
          runs: { summary: { tps: number }; result: ResultV1; artifacts: { name: string; path: string }[] }[];
        };
        const [run] = runs;
        const result = resultV1.parse(run?.result);
        expect(result.total.tps).toBe(finished?.data.summary.tps);
        expect(result.types.map((type) => type.name)).toEqual(expect.arrayContaining([...types]));
        expect(result.environment?.settings).toMatchObject({ fsync: 'off' });
        const file = run?.artifacts.find((artifact) => artifact.name === 'result.v1.json')?.path ?? '';
        expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(result);
        expect(run?.artifacts.map((artifact) => artifact.name)).toContain(`${name}.stdout.txt`);
        if (name === 'pgbench') expect(result.openLoop).toMatchObject({ rateTps: 50, latencyLimitMs: 500 });
      },
      240_000,
    );

  it.each([
    ['a command that is nowhere', { tool: 'command', command: ['no-such-program-here'] }, 'PROGRAM_MISSING'],
    ['a release that cannot be had', { tool: 'stroppy', version: 'v0.0.0', warmup: undefined }, 'DOWNLOAD_FAILED'],
  ])('%s fails the run before any node is there', async (_, workload, code) => {
    const name = `missing-${code.toLowerCase().replace('_', '-')}`;
    const file = join(installation.stateDir, `${name}.json`);
    writeFileSync(file, JSON.stringify(suite(name, workload)));
    const ended = await installation.cli('run', file, '--wait', '--json').finished;
    expect(ended.code).toBe(1);
    const { runs } = JSON.parse(ended.stdout) as {
      runs: { problem: { code: string }; timeline: { event: string }[] }[];
    };
    expect(runs[0]?.problem.code).toBe(code);
    expect(JSON.stringify(runs[0]?.timeline)).not.toContain('NodeProvisioned');
  });
});
