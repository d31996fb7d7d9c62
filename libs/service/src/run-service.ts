import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { BenchbusError, connectBus, LIVENESS_TTL_MS, makeStreams, problemOf } from '@benchbus/events';
import type { EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Access } from '@benchbus/events';
import { buildInfo } from './build/build-info.ts';
import { baseConfig, type BaseConfig } from './config/base-config.ts';
import { loadConfig } from './config/load-config.ts';
import { logSettings } from './config/log-settings.ts';
import { natsSecurity } from './config/nats-security.ts';
import { readSecretFiles } from './config/secret-files.ts';
import { crashPoint, setCrashService } from './crash/crash-point.ts';
import { parseCrashSpec } from './crash/parse-crash-spec.ts';
import type { HealthServer } from './health/health-server.ts';
import { startHealthServer } from './health/health-server.ts';
import { aborted } from './lifecycle/aborted.ts';
import { endOnUnhandled } from './lifecycle/end-on-unhandled.ts';
import { EXIT, exitCodeOf } from './lifecycle/exit-code.ts';
import { watchShutdownSignals } from './lifecycle/shutdown-signals.ts';
import { within } from './lifecycle/within.ts';
import { createLogger } from './logging/create-logger.ts';
import { hideSecretValues } from './logging/secret-values.ts';
import type { RunningService, ServiceContext, ServiceDefinition } from './service.ts';
import { shutdownTelemetry } from './telemetry/flush.ts';

/** Collectors get a moment for the last spans; then the process ends without them. */
const TELEMETRY_FLUSH_MS = 2_000;
/** Closing the bus flushes what was published; a dead server must not hold the process. */
const BUS_CLOSE_MS = 5_000;

const plainLogger = (service: string): Logger =>
  createLogger({ LOG_LEVEL: 'info', LOG_MOD: 'production', LOG_MAPPING: '' }, { service });

function readConfig<Schema extends z.ZodObject>(
  definition: ServiceDefinition<Schema>,
  env: NodeJS.ProcessEnv,
): ServiceContext<z.output<Schema>>['config'] {
  // Two schemas, one error: the extended object lists what is wrong in both.
  const schema = baseConfig.extend(definition.config.shape);
  return loadConfig(schema, env) as ServiceContext<z.output<Schema>>['config'];
}

/** What has to be undone at the end, whatever was reached. */
interface Reached {
  bus?: EventBus;
  health?: HealthServer;
  running?: RunningService;
}

async function drain({ running }: Reached, graceMs: number, logger: Logger): Promise<number> {
  try {
    if ((await within(running?.stop() ?? Promise.resolve(), graceMs)) !== 'late') return 0;
    logger.error({ code: 'SHUTDOWN_GRACE_OVER', graceMs }, 'the drain took longer than BENCHBUS_SHUTDOWN_GRACE_MS');
  } catch (error) {
    logger.error({ ...problemOf(error), err: error }, 'the drain failed');
  }
  return EXIT.failed;
}

/** Undoes what was reached, newest first; the exit code of the drain. */
async function end(reached: Reached, graceMs: number, logger: Logger): Promise<number> {
  const code = await drain(reached, graceMs, logger);
  try {
    if (reached.bus !== undefined) await within(reached.bus.close(), BUS_CLOSE_MS);
  } catch (error) {
    logger.warn({ ...problemOf(error), err: error }, 'closing the bus failed');
  }
  await reached.health?.close();
  await within(shutdownTelemetry(), TELEMETRY_FLUSH_MS);
  return code;
}

/** How the service connects to the bus, where its configuration does not say all. */
export interface BusConnection {
  readonly access?: Access;
  /** Make missing streams: whoever may not has to leave it. Default true. */
  readonly ensureStreams?: boolean;
}

interface Boot<Schema extends z.ZodObject> {
  readonly connection: BusConnection;
  readonly definition: ServiceDefinition<Schema>;
  readonly config: ServiceContext<z.output<Schema>>['config'];
  readonly instance: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly reached: Reached;
}

/** Health server, bus, service: each is noted in `reached` as soon as it stands. */
async function boot<Schema extends z.ZodObject>(task: Boot<Schema>): Promise<void> {
  const { definition, config, instance, logger, signal, reached, connection } = task;
  const { name } = definition;
  if (config.BENCHBUS_HEALTH_PORT !== undefined) {
    reached.health = await startHealthServer(config.BENCHBUS_HEALTH_HOST, config.BENCHBUS_HEALTH_PORT, {
      started: () => reached.running !== undefined && !signal.aborted,
      bus: () => reached.bus?.connected() ?? false,
      upToDate: () => reached.bus?.outdated() === undefined,
      service: async () => (await reached.running?.ready?.()) ?? true,
    });
  }
  const bus = await connectBus({
    servers: config.NATS_URL,
    name,
    installation: config.BENCHBUS_INSTALLATION,
    source: `benchbus/${name}/${instance}`,
    connectTimeoutMs: config.BENCHBUS_CONNECT_TIMEOUT_MS,
    maxDeliveries: config.BENCHBUS_MAX_DELIVERIES,
    mostFollowers: config.BENCHBUS_MOST_FOLLOWERS,
    replicas: config.BENCHBUS_STREAM_REPLICAS,
    log: logSettings(config),
    ensureStreams: config.BENCHBUS_STREAMS === 'make',
    ...natsSecurity(config),
    ...connection,
    logger: logger.child({ name: 'bus' }),
    onAppend: (phase, draft) => crashPoint(`${phase}-append.${draft.name}`),
    onAck: () => crashPoint('before.ack'),
  });
  reached.bus = bus;
  await bus.serveFollowers();
  reached.running = await definition.start({ name, instance, config, bus, logger, signal });
  // Let go when the bus closes.
  if (definition.isListed !== false)
    await bus.liveness.hold(`service.${name}.${instance}`, { ...buildInfo(), hostname: hostname() });
}

/** A job of the operator, before services that may make none. */
async function makeStreamsOnly(config: BaseConfig, logger: Logger): Promise<never> {
  const incarnation = await makeStreams({
    servers: config.NATS_URL,
    ...logSettings(config),
    livenessTtlMs: LIVENESS_TTL_MS,
    connectTimeoutMs: config.BENCHBUS_CONNECT_TIMEOUT_MS,
    ...natsSecurity(config),
  });
  logger.info({ incarnation }, 'the streams are there');
  return process.exit(0);
}

/**
 * Runs a service as the whole of this process: environment → configuration → logger → health server → bus → start;
 * then until SIGTERM or SIGINT: stop, close, exit. Never returns otherwise.
 *
 * Exit codes: 0 ended as asked, 1 failed, 2 bad configuration, 3 a server cannot be reached, 128 + n at a second signal.
 * Prints one line with `"msg":"ready"` and `healthPort` when the service is ready.
 */
export async function runService<Schema extends z.ZodObject>(
  definition: ServiceDefinition<Schema>,
  env: NodeJS.ProcessEnv = process.env,
  connection: BusConnection = {},
): Promise<never> {
  const { name } = definition;
  const instance = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const { signal } = watchShutdownSignals();
  const reached: Reached = {};
  let logger = plainLogger(name);
  let graceMs = 0;
  try {
    readSecretFiles(env);
    hideSecretValues(env);
    const config = readConfig(definition, env);
    graceMs = config.BENCHBUS_SHUTDOWN_GRACE_MS;
    logger = createLogger(config, { service: name, instance });
    endOnUnhandled(logger);
    setCrashService(name);
    if (config.BENCHBUS_STREAMS === 'only') await makeStreamsOnly(config, logger);
    // A misspelt spec would let a recovery test pass without a crash.
    parseCrashSpec(env['BENCHBUS_CRASH_AT']);

    const booted = boot({ definition, config, instance, logger, signal, reached, connection });
    await Promise.race([booted, aborted(signal)]);
    if (signal.aborted && (await within(booted, graceMs)) === 'late')
      throw new BenchbusError({ code: 'START_GRACE_OVER', message: 'the start did not heed the shutdown signal' });
    if (!signal.aborted) logger.info({ healthPort: reached.health?.port }, 'ready');
    await aborted(signal);
    logger.info({ reason: String(signal.reason) }, 'shutting down');
  } catch (error) {
    const problem = problemOf(error);
    logger.fatal({ ...problem, err: error }, problem.message);
    await end(reached, graceMs, logger);
    return process.exit(exitCodeOf(error));
  }
  const code = await end(reached, graceMs, logger);
  logger.info({ exitCode: code }, 'ended');
  return process.exit(code);
}
