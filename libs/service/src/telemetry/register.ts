import { register } from 'node:module';
import { setTelemetryShutdown } from './flush.ts';
import { telemetryServiceName } from './service-name.ts';

/**
 * Used as `node --import @benchbus/service/telemetry src/main.ts`: has to run before the modules it instruments are loaded.
 * Without OTEL_EXPORTER_OTLP_ENDPOINT it does nothing, and loads nothing.
 */
if ((process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '') {
  // ES modules are bound before any code can patch them: the loader hook wraps those that are listed, and no others.
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include: ['iovalkey'] } });
  const { startSdk } = await import('./start-sdk.ts');
  setTelemetryShutdown(startSdk(telemetryServiceName(process.env, process.argv[1])));
}
