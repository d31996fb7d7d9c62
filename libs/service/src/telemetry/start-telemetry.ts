import { setTelemetryShutdown } from './flush.ts';
import { telemetryServiceName } from './service-name.ts';

/**
 * As `register.ts`, for a program in one file, which nobody gives `--import`: its modules are bundled, so that there is
 * nothing a loader hook could wrap; the service's own spans and metrics are sent all the same.
 */
export async function startTelemetry(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if ((env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') === '') return;
  const { startSdk } = await import('./start-sdk.ts');
  setTelemetryShutdown(startSdk(telemetryServiceName(env, undefined)));
}
