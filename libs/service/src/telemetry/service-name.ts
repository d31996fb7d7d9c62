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
