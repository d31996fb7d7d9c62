import { setSdk } from './flush.ts';
import { telemetryOf } from './service-name.ts';

/**
 * Used as `node --import @benchbus/service/telemetry src/main.ts`: so that the SDK has started before anything makes a meter.
 * Without OTEL_EXPORTER_OTLP_ENDPOINT it does nothing, and loads nothing.
 */
if ((process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '') {
  const { startSdk } = await import('./start-sdk.ts');
  setSdk(startSdk(telemetryOf(process.env, process.argv[1])));
}
