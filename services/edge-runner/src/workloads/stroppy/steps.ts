import { BenchbusError } from '@benchbus/events';
import { STATISTICS } from '@benchbus/load-tools';
import { connectionString, type StroppyWorkload } from '@benchbus/suites';
import type { WorkloadContext } from '../plugin.ts';
import { resolveEnvironment } from '../tool-environment.ts';
import type { ToolStep } from '../step.ts';
import { places } from './places.ts';

/** In the folder of the measured step. */
export const SUMMARY = 'summary.json';

/** In its working folder, which is none of the step's. */
const IN_WORKDIR = 'cd "$1" && shift && exec "$@"';

const environmentOf = (workload: StroppyWorkload, context: WorkloadContext): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: places(workload, context).workdir,
  ...resolveEnvironment(workload.environment, context),
  DRIVER_URL: connectionString(context, context.password),
  SCALE_FACTOR: String(workload.scaleFactor),
  DURATION: `${workload.durationMs / 1000}s`,
});

function step(workload: StroppyWorkload, context: WorkloadContext, words: readonly string[]): ToolStep {
  const { program, workdir } = places(workload, context);
  const argv = ['sh', '-c', IN_WORKDIR, 'stroppy-step', workdir, program, ...words] as const;
  return { argv, env: environmentOf(workload, context), tells: 'stdout' };
}

type Step<R> = (tarball: string, workload: StroppyWorkload, context: WorkloadContext) => R;

/** Generates its scripts, as the predecessor did. */
export const prepare: Step<ToolStep> = (_, workload, context) =>
  step(workload, context, ['gen', '--workdir', places(workload, context).workdir, '--preset', workload.workload]);

export const measure: Step<Promise<ToolStep>> = (_, workload, context) => {
  const { workload: preset } = workload;
  if (context.faults !== undefined)
    throw new BenchbusError({
      code: 'TARGET_CANNOT',
      message: 'stroppy ends with its first lost connection',
      where: 'faults',
    });
  const summary = ['--summary-export', `${context.dir}/measure/${SUMMARY}`, '--summary-trend-stats', STATISTICS];
  const tags = ['--tag', `run_id=${context.runId}`, '--tag', `workload=${preset}`, '--out', 'opentelemetry'];
  return Promise.resolve(step(workload, context, ['run', `${preset}.ts`, `${preset}.sql`, '--', ...tags, ...summary]));
};
