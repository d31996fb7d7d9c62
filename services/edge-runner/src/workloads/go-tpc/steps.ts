import { parseGoTpc } from '@benchbus/load-tools';
import type { GoTpcWorkload } from '@benchbus/suites';
import type { WorkloadContext } from '../plugin.ts';
import { HOST, LEFT, restartedCommand } from '../restarts.ts';
import type { ToolStep } from '../step.ts';
import type { GoTpcProgram } from './check.ts';

type Step<R> = (program: GoTpcProgram, workload: GoTpcWorkload, context: WorkloadContext) => R;

/** Its driver (lib/pq) knows no `allow` and `prefer`, and would take `require` where nothing is said. */
function sslMode({ connection }: WorkloadContext): string {
  const said = connection.parameters?.['sslmode'];
  return said === undefined || said === 'allow' || said === 'prefer' ? 'disable' : said;
}

/**
 * The password is in the environment, as everybody reads argv: the driver takes PGPASSWORD. It takes one server: of several the
 * first, which is the planned primary.
 */
function common(
  { file }: GoTpcProgram,
  workload: GoTpcWorkload,
  context: WorkloadContext,
  action: string,
  host = context.connection.host.split(',')[0] ?? '',
): [string, ...string[]] {
  const { port, user, database } = context.connection;
  const { benchmark, warehouses, threads } = workload;
  return [
    ...([file, benchmark, action, '--driver', 'postgres'] as const),
    ...['--host', host, '--port', String(port), '--user', user, '--db', database],
    ...['--warehouses', String(warehouses), '--threads', String(threads)],
  ];
}

const environment = (context: WorkloadContext) => ({ PGSSLMODE: sslMode(context) });

/** It hangs for ever when its connections are lost while errors are ignored; else it ends with its last transactions. */
const END_MS = 60_000;

/** A worker that gives up does not change its exit code. */
const givesUp = (ignoreErrors: boolean) => (stdout: string) =>
  ignoreErrors ? undefined : parseGoTpc(stdout).failures.at(0);

function run(
  program: GoTpcProgram,
  workload: GoTpcWorkload,
  context: WorkloadContext,
  [activity, milliseconds]: [string, number],
): ToolStep {
  const { ignoreErrors } = workload;
  const how = ['--time', `${milliseconds}ms`, '--interval', '1s', ...(ignoreErrors ? ['--ignore-error'] : [])];
  let seconds = 0;
  return {
    argv: [...common(program, workload, context, 'run'), ...how],
    env: environment(context),
    tells: 'stdout',
    failure: givesUp(ignoreErrors),
    limitMs: milliseconds + END_MS,
    onLine: (line) => {
      const [interval] = parseGoTpc(`${line}\n`).intervals.flat();
      if (interval?.name !== 'NEW_ORDER') return;
      seconds += 1;
      const { latencyAverageMs } = interval.latencies;
      context.progress({
        activity,
        tps: interval.count,
        latencyAverageMs,
        done: Math.min(1, (seconds * 1000) / milliseconds),
      });
    },
  };
}

/** Its own check of what was loaded takes longer than loading it, and says nothing about a measurement. */
export const prepare: Step<ToolStep> = (program, workload, context) => ({
  argv: [...common(program, workload, context, 'prepare'), '--no-check'],
  env: environment(context),
  tells: 'stdout',
  failure: (stdout) => (parseGoTpc(stdout).finished ? undefined : 'go-tpc did not finish loading its data'),
});

export const warmUp: Step<ToolStep | undefined> = (program, workload, context) =>
  workload.warmupMs === 0 ? undefined : run(program, workload, context, ['warming up', workload.warmupMs]);

/** A worker that gives up; others may hang for ever on their lost connections, and go-tpc with them: silent, as nothing is done. */
const STALL_MS = 3_000;
const LOST = '^execute .* failed\\|_ERR - Takes';

/** One go-tpc, or, where faults are to come, as many as it takes: it bears no broken connection. */
export function measure(
  program: GoTpcProgram,
  workload: GoTpcWorkload,
  context: WorkloadContext,
  bin: string,
): Promise<ToolStep> {
  const { durationMs, ignoreErrors } = workload;
  const { faults } = context;
  const plain = run(program, workload, context, ['measuring', durationMs]);
  if (faults === undefined) return Promise.resolve(plain);
  const argv = [...common(program, workload, context, 'run', HOST), '--time', `${LEFT}s`, '--interval', '1s'];
  const how = { bin, durationMs, faults: faults.faults, lost: LOST, signal: 'INT', stallMs: STALL_MS } as const;
  const { failure: _, ...rest } = plain;
  return Promise.resolve({ ...rest, argv: restartedCommand({ ...how, tolerant: ignoreErrors }, argv) });
}
