import { basename, dirname } from 'node:path';

/** OTEL_SERVICE_NAME, else the folder of the main file: `…/services/provisioner/src/main.ts` → `provisioner`. */
export function telemetryServiceName(env: NodeJS.ProcessEnv, main: string | undefined): string {
  const given = env['OTEL_SERVICE_NAME'];
  if (given !== undefined && given !== '') return given;
  if (main === undefined) return 'benchbus';
  const folder = dirname(main);
  const named = basename(folder) === 'src' ? dirname(folder) : folder;
  return basename(named) || 'benchbus';
}

export interface Telemetry {
  readonly serviceName: string;
  readonly withMetrics: boolean;
}

/** Beside a measurement nothing is sent at regular times: a runner has no metrics, and sends its spans when its work has ended. */
const WITHOUT_METRICS = 'edge-runner';

/** Of a process whose main file is `main`. */
export const telemetryOf = (env: NodeJS.ProcessEnv, main: string | undefined): Telemetry => ({
  serviceName: telemetryServiceName(env, main),
  withMetrics: telemetryServiceName({}, main) !== WITHOUT_METRICS,
});
