import { setSdk } from './flush.ts';
import { telemetryOf } from './service-name.ts';

/** As `register.ts`, for a program in one file, which nobody gives `--import`. `main`: its main file among the sources. */
export async function startTelemetry(main: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if ((env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') === '') return;
  const { startSdk } = await import('./start-sdk.ts');
  setSdk(startSdk(telemetryOf(env, main)));
}
