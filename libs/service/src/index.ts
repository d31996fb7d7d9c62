export { buildInfo, type BuildInfo } from './build/build-info.ts';
export { baseConfig } from './config/base-config.ts';
export type { BaseConfig } from './config/base-config.ts';
export { loadConfig } from './config/load-config.ts';
export { natsSecurity, type NatsFiles } from './config/nats-security.ts';
export { crashPoint, setCrashService } from './crash/crash-point.ts';
export { namedEffect } from './crash/named-effect.ts';
export { parseCrashSpec } from './crash/parse-crash-spec.ts';
export type { CrashSpec } from './crash/parse-crash-spec.ts';
export { startHealthServer } from './health/health-server.ts';
export type { Checks, HealthServer } from './health/health-server.ts';
export { aborted } from './lifecycle/aborted.ts';
export { EXIT, exitCodeOf } from './lifecycle/exit-code.ts';
export { entryOf } from './entry-of.ts';
export { keptOfSuite, keptRoot } from './kept-data.ts';
export { within } from './lifecycle/within.ts';
export { createLogger } from './logging/create-logger.ts';
export type { LoggerSettings } from './logging/create-logger.ts';
export { tapLogLines } from './logging/log-taps.ts';
export { hideSecretValues } from './logging/secret-values.ts';
export { parseLogMapping } from './logging/log-mapping.ts';
export { hideUserinfo, isSecretKey, isSecretVariable, redact } from './logging/secrets.ts';
export { runService, type BusConnection } from './run-service.ts';
export {
  credentialPassword,
  credentialVariable,
  databasePassword,
  installationKeyFile,
  readInstallationKey,
} from './secrets/installation-key.ts';
export { resolveSecret } from './secrets/resolve-secret.ts';
export type { SecretReference, SecretSources } from './secrets/resolve-secret.ts';
export type { RunningService, ServiceContext, ServiceDefinition } from './service.ts';
export { readPrices } from './prices/read-prices.ts';
export { startTelemetry } from './telemetry/start-telemetry.ts';
export { flushTelemetry } from './telemetry/flush.ts';
export { instrumented } from './telemetry/instrumented.ts';
export { meter } from './telemetry/meter.ts';
export { observeLog } from './telemetry/observe-log.ts';
export { observeReplicas } from './telemetry/observe-replicas.ts';
export { observeDeadLetters } from './telemetry/observe-dead-letters.ts';
export { span } from './telemetry/span.ts';
export { cachedDownload, listedChecksum, type Download } from './download/cached-download.ts';
export {
  releasePlace,
  STROPPY_URL,
  stroppyRelease,
  type ReleasePlace,
  type ReleaseSettings,
  type StroppyRelease,
} from './download/stroppy-release.ts';
