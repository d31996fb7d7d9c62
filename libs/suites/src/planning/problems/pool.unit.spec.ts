import { describe, expect, it } from 'vitest';
import type { Pgbouncer } from '../../model/components.ts';
import type { TargetName } from '../../model/scalars.ts';
import type { Workload } from '../../model/workload.ts';
import { exampleHardware, exampleTest, exampleWorkload } from '../../testing/example-suite.ts';
import { planDeployment } from '../plan-deployment.ts';
import { launchOf } from '../plan.ts';

const hardware = exampleHardware();
const times = { warmupMs: 0, durationMs: 1000, hardware };
const pool = (more: Partial<Pgbouncer>): Pgbouncer => ({
  port: 6432,
  poolMode: 'session',
  poolSize: 5,
  maxClientConnections: 10,
  monitor: false,
  ...more,
});

function planned(workload: Workload, pgbouncer: Partial<Pgbouncer>, target: TargetName = 'docker') {
  const nodes = [
    { name: 'pg', hardware, postgres: { role: 'primary' as const, settings: {} }, pgbouncer: pool(pgbouncer) },
  ];
  return planDeployment({
    test: { ...exampleTest({ nodes }), workload },
    settings: { hardwarePolicy: 'clamp', target },
    cidr: target === 'local' ? '127.64.0.0/24' : '10.2.0.0/24',
    host: { cores: 64, memoryBytes: 2 ** 40 },
  });
}
function problems(...of: Parameters<typeof planned>): string[] {
  const result = planned(...of);
  return result.ok ? [] : result.problems.map(({ code, where }) => `${code} ${where}`);
}

const goTpc: Workload = { tool: 'go-tpc', benchmark: 'tpcc', warehouses: 1, threads: 4, ignoreErrors: false, ...times };
const sysbench = (script: 'oltp_read_write' | 'oltp_point_select'): Workload => ({
  tool: 'sysbench',
  script,
  tables: 1,
  tableSize: 1,
  threads: 4,
  ...times,
});
const stroppy: Workload = {
  tool: 'stroppy',
  version: 'v1',
  binaryPath: '/s',
  workdir: '/w',
  workload: 'tpcb',
  scaleFactor: 1,
  environment: {},
  durationMs: 1000,
  hardware,
};
const command: Workload = { tool: 'command', command: ['x'], environment: {}, ...times };
const BREAKS = 'POOL_MODE_BREAKS_TRANSACTIONS node pg';
const LOSES = 'POOL_MODE_LOSES_PREPARED node pg';

describe('a load tool behind PgBouncer', () => {
  it.each<[string, Workload, Pgbouncer['poolMode'], TargetName, string[]]>([
    ['prepared statements, kept since 1.21', exampleWorkload(), 'transaction', 'docker', []],
    ['prepared statements, which 1.18 loses', exampleWorkload(), 'transaction', 'local', [LOSES]],
    ['the simple protocol', exampleWorkload({ protocol: 'simple' }), 'transaction', 'local', []],
    ['the extended protocol', exampleWorkload({ protocol: 'extended' }), 'transaction', 'local', []],
    ['prepared statements of a session', exampleWorkload(), 'session', 'local', []],
    ['go-tpc, which always prepares', goTpc, 'transaction', 'local', [LOSES]],
    ['go-tpc where they are kept', goTpc, 'transaction', 'docker', []],
    ['sysbench, which can be told not to', sysbench('oltp_read_write'), 'transaction', 'local', []],
    ['transactions', exampleWorkload({ protocol: 'simple' }), 'statement', 'docker', [BREAKS]],
    ['the loading of data', exampleWorkload({ script: 'select-only' }), 'statement', 'docker', [BREAKS]],
    ['both', exampleWorkload(), 'statement', 'local', [BREAKS, LOSES]],
    ['go-tpc', goTpc, 'statement', 'docker', [BREAKS]],
    ['sysbench with transactions', sysbench('oltp_read_write'), 'statement', 'docker', [BREAKS]],
    ['sysbench without', sysbench('oltp_point_select'), 'statement', 'docker', []],
    ['a command', command, 'statement', 'local', []],
    ['stroppy', stroppy, 'statement', 'local', []],
  ])('%s', (_what, workload, poolMode, target, expected) => {
    expect(problems(workload, { poolMode }, target)).toEqual(expected);
  });

  it('needs a connection for each client', () => {
    expect(problems(exampleWorkload({ clients: 10 }), {})).toEqual([]);
    expect(problems(exampleWorkload({ clients: 11 }), {})).toEqual(['POOL_TOO_SMALL node pg']);
    expect(problems(goTpc, { maxClientConnections: 3 })).toEqual(['POOL_TOO_SMALL node pg']);
    expect(problems(stroppy, { maxClientConnections: 1 })).toEqual([]);
  });

  it.each<[Pgbouncer['poolMode'], TargetName, boolean]>([
    ['transaction', 'docker', true],
    ['transaction', 'local', false],
    ['session', 'docker', false],
  ])('in mode %s on %s: max_prepared_statements %s', (poolMode, target, written) => {
    const result = planned(exampleWorkload({ protocol: 'simple' }), { poolMode }, target);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const processes = result.plan.nodes.flatMap((node) => node.processes);
    const files = processes.flatMap((process) => launchOf(process)?.files ?? []);
    const ini = files.find(({ path }) => path === 'pgbouncer.ini')?.content ?? '';
    expect(ini).toContain(`pool_mode = ${poolMode}`);
    expect(ini.includes('max_prepared_statements = ')).toBe(written);
  });
});
