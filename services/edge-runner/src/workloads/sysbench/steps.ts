import type { SysbenchWorkload } from '@benchbus/suites';
import type { WorkloadContext } from '../plugin.ts';
import { HOST, LEFT, restartedCommand } from '../restarts.ts';
import type { ToolStep } from '../step.ts';

type Step<R> = (program: string, workload: SysbenchWorkload, context: WorkloadContext) => R;

/** `[ 1s ] thds: 2 tps: 512.33 qps: …` */
const SECOND = /^\[ (\d+)s \] thds: \d+ tps: ([\d.]+) /;

/** Where and on what; the password is in the environment, as everybody reads argv. */
function common(
  program: string,
  workload: SysbenchWorkload,
  { connection, poolMode }: WorkloadContext,
  host = connection.host,
): [string, ...string[]] {
  const { script, tables, tableSize, threads } = workload;
  const { port, user, database } = connection;
  return [
    program,
    script,
    '--db-driver=pgsql',
    ...[`--pgsql-host=${host}`, `--pgsql-port=${port}`, `--pgsql-user=${user}`, `--pgsql-db=${database}`],
    ...[`--tables=${tables}`, `--table-size=${tableSize}`, `--threads=${threads}`],
    // A pool that gives the connection back between transactions loses what was prepared on it.
    ...(poolMode === undefined || poolMode === 'session' ? [] : ['--db-ps-mode=disable']),
  ];
}

const how = (time: string, { rate }: SysbenchWorkload): string[] => [
  ...[`--time=${time}`, '--events=0', '--report-interval=1', '--percentile=99', '--histogram'],
  ...(rate === undefined ? [] : [`--rate=${rate}`]),
  'run',
];

function run(
  program: string,
  workload: SysbenchWorkload,
  context: WorkloadContext,
  [activity, milliseconds]: [string, number],
): ToolStep {
  const time = Math.max(1, Math.ceil(milliseconds / 1000));
  return {
    argv: [...common(program, workload, context), ...how(String(time), workload)],
    tells: 'stdout',
    onLine: (line) => {
      const [, seconds, tps] = SECOND.exec(line) ?? [];
      if (seconds === undefined) return;
      context.progress({ activity, tps: Number(tps), done: Math.min(1, Number(seconds) / time) });
    },
  };
}

export const prepare: Step<ToolStep> = (program, workload, context) => ({
  argv: [...common(program, workload, context), 'prepare'],
  tells: 'stdout',
});

export const warmUp: Step<ToolStep | undefined> = (program, workload, context) =>
  workload.warmupMs === 0 ? undefined : run(program, workload, context, ['warming up', workload.warmupMs]);

/** One sysbench, or, where faults are to come, as many as it takes: it crashes with its connections. */
export function measure(
  program: string,
  workload: SysbenchWorkload,
  context: WorkloadContext,
  bin: string,
): Promise<ToolStep> {
  const { durationMs } = workload;
  const plain = run(program, workload, context, ['measuring', durationMs]);
  const { faults } = context;
  if (faults === undefined) return Promise.resolve(plain);
  const argv = [...common(program, workload, context, HOST), ...how(LEFT, workload)];
  const of = { bin, durationMs, faults: faults.faults, lost: '^FATAL: ', signal: 'TERM', tolerant: false } as const;
  return Promise.resolve({ ...plain, argv: restartedCommand(of, argv) });
}
