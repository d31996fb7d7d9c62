import { randomBytes } from 'node:crypto';
import { problemOf } from '@benchbus/events';
import type { EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { baseConfig } from './config/base-config.ts';
import { loadConfig } from './config/load-config.ts';
import { crashPoint, setCrashService } from './crash/crash-point.ts';
import { parseCrashSpec } from './crash/parse-crash-spec.ts';
import type { HealthServer } from './health/health-server.ts';
import { startHealthServer } from './health/health-server.ts';
import { endOnUnhandled } from './lifecycle/end-on-unhandled.ts';
import { EXIT, exitCodeOf } from './lifecycle/exit-code.ts';
import { watchShutdownSignals } from './lifecycle/shutdown-signals.ts';
import { within } from './lifecycle/within.ts';
import { createLogger } from './logging/create-logger.ts';
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

async function end(reached: Reached, graceMs: number, logger: Logger): Promise<number> {
  let code = 0;
  try {
    const drained = await within(reached.running?.stop() ?? Promise.resolve(), graceMs);
    if (drained === 'late') {
      logger.error({ code: 'SHUTDOWN_GRACE_OVER', graceMs }, 'the drain took longer than BENCHBUS_SHUTDOWN_GRACE_MS');
      code = EXIT.failed;
    }
  } catch (error) {
    logger.error({ err: error, ...problemOf(error) }, 'the drain failed');
    code = EXIT.failed;
  }
  try {
    if (reached.bus !== undefined) await within(reached.bus.close(), BUS_CLOSE_MS);
  } catch (error) {
    logger.warn({ err: error }, 'closing the bus failed');
  }
  await reached.health?.close();
  await within(shutdownTelemetry(), TELEMETRY_FLUSH_MS);
  return code;
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
): Promise<never> {
  const { name } = definition;
  const instance = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const shutdown = watchShutdownSignals();
  let logger = plainLogger(name);
  const reached: Reached = {};
  let graceMs = 0;
  try {
    const config = readConfig(definition, env);
    graceMs = config.BENCHBUS_SHUTDOWN_GRACE_MS;
    logger = createLogger(config, { service: name, instance });
    endOnUnhandled(logger);
    setCrashService(name);
    // A misspelt spec would let a recovery test pass without a crash.
    parseCrashSpec(env['BENCHBUS_CRASH_AT']);
    const { signal } = shutdown;
    if (config.BENCHBUS_HEALTH_PORT !== undefined) {
      reached.health = await startHealthServer(config.BENCHBUS_HEALTH_HOST, config.BENCHBUS_HEALTH_PORT, {
        started: () => reached.running !== undefined && !signal.aborted,
        bus: () => reached.bus?.connected() ?? false,
        service: async () => (await reached.running?.ready?.()) ?? true,
      });
    }
    // Imported here so that small tools can use this package's helpers without loading the NATS client.
    const { connectBus } = await import('@benchbus/events');
    reached.bus = await connectBus({
      servers: config.NATS_URL,
      name: `${name}/${instance}`,
      installation: config.BENCHBUS_INSTALLATION,
      source: `benchbus/${name}/${instance}`,
      logger: logger.child({ name: 'bus' }),
      onAppend: (phase, event) => crashPoint(`${phase}-append.${event}`),
    });
    reached.running = await definition.start({ name, instance, config, bus: reached.bus, logger, signal });
    if (!signal.aborted) {
      logger.info({ healthPort: reached.health?.port }, 'ready');
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    logger.info({ reason: String(signal.reason) }, 'shutting down');
  } catch (error) {
    const aborted = shutdown.signal.aborted;
    const problem = problemOf(error);
    if (!aborted) logger.fatal({ ...problem, err: error }, problem.message);
    const cleanUp = await end(reached, graceMs, logger);
    return process.exit(aborted ? cleanUp : exitCodeOf(error));
  }
  const code = await end(reached, graceMs, logger);
  logger.info({ exitCode: code }, 'ended');
  return process.exit(code);
}
