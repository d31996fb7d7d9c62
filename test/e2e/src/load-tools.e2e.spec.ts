import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { resultV1, type ResultV1 } from '@benchbus/results';
import { findProgram } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from './testing/installation.ts';
import { play } from './testing/play.ts';

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
