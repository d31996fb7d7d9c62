import { cpus } from 'node:os';
import { join } from 'node:path';
import { validityOf, type Validity } from '@benchbus/results';
import type { Workload } from '@benchbus/suites';
import { availableCores } from '../domain/available-cores.ts';
import { metricsFile, observe } from '../observe/observe.ts';
import type { WorkloadContext } from './plugin.ts';
import { stepDir } from './step.ts';

const dirOf = ({ dir, repeatDir = dir }: Pick<WorkloadContext, 'dir' | 'repeatDir'>): string =>
  join(repeatDir, 'watch');

/** What was seen each second, uncompressed. */
export const watchedMetrics = (context: Pick<WorkloadContext, 'dir' | 'repeatDir'>): string =>
  metricsFile(dirOf(context));

/** Whose statistics are sampled: a session of a pool is one less for the load; under faults it is known what is behind it. */
function sampled({ connection, password, poolMode, faults }: WorkloadContext) {
  const of = { ...connection, password, where: 'metrics' };
  if (faults === undefined) return poolMode === undefined ? of : undefined;
  const [first] = faults.servers;
  if (first === undefined) return undefined;
  return { ...of, host: faults.servers.map(({ host }) => host).join(','), port: first.port };
}

/** Runs the measured step, and tells whether it was a measurement of the database; undefined: nobody watched. */
export async function watched<T>(
  workload: Workload,
  context: WorkloadContext,
  run: () => Promise<T>,
): Promise<{ readonly value: T; readonly validity: Validity | undefined }> {
  const { watch, steps, runId } = context;
  if (watch === undefined) return { value: await run(), validity: undefined };
  const dir = stepDir(context, 'measure');
  const { value, observation } = await observe(
    {
      dir: dirOf(context),
      run: runId,
      availableCores: availableCores(workload, !steps.isThisMachine, cpus().length),
      toolCpu: () => steps.cpuSeconds({ dir }),
      database: sampled(context),
      processes: () => steps.processes(),
      loadThrottling: () => steps.throttling(),
      intervalMs: watch.intervalMs,
    },
    run,
  );
  return { value, validity: validityOf(observation, watch.limits) };
}
