import type { Plan } from '@benchbus/suites';
import type { EdgeRunnerConfig } from '../config.ts';
import type { ToolSettings, WatchSettings, WorkloadContext } from '../workloads/plugin.ts';

/** What the operator says about load tools. */
export const toolSettings = (config: EdgeRunnerConfig): ToolSettings => ({
  logAllTps: config.BENCHBUS_LOG_ALL_TPS,
  stroppy: {
    url: config.BENCHBUS_STROPPY_URL,
    downloadsDir: config.BENCHBUS_DOWNLOADS_DIR,
    timeoutMs: config.BENCHBUS_DOWNLOAD_TIMEOUT_MS,
  },
});

/** What the operator says about watching them. */
export const watchSettings = (config: EdgeRunnerConfig): WatchSettings => ({
  intervalMs: config.BENCHBUS_METRICS_INTERVAL_MS,
  limits: {
    clientBusyShare: config.BENCHBUS_VALIDITY_CLIENT_BUSY,
    stealShare: config.BENCHBUS_VALIDITY_STEAL,
    throttledShare: config.BENCHBUS_VALIDITY_THROTTLED,
    foreignShare: config.BENCHBUS_VALIDITY_FOREIGN,
    coTenantCores: config.BENCHBUS_VALIDITY_CO_TENANT_CORES,
    cpuFactor: config.BENCHBUS_VALIDITY_CPU_FACTOR,
    diskFactor: config.BENCHBUS_VALIDITY_DISK_FACTOR,
    // One look may be late; three are a gap, however seldom one looks.
    gapSeconds: Math.max(config.BENCHBUS_VALIDITY_GAP_SECONDS, (3 * config.BENCHBUS_METRICS_INTERVAL_MS) / 1000),
  },
});

/** Mode of the PgBouncer that the load tool connects through, if there is one. */
export function poolModeOf({ nodes, connection }: Plan): WorkloadContext['poolMode'] {
  if ('url' in connection) return undefined;
  const node = nodes.find(({ address }) => address === connection.host);
  const pool = node?.processes.find((process) => process.kind === 'pgbouncer');
  return pool?.kind === 'pgbouncer' && pool.launch.ports['pgbouncer'] === connection.port ? pool.poolMode : undefined;
}
