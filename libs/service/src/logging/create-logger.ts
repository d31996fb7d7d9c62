import { createRequire } from 'node:module';
import { currentWork } from '@benchbus/events';
import { trace } from '@opentelemetry/api';
import pino from 'pino';
import type { DestinationStream, Logger, LoggerOptions } from 'pino';
import type { PinoPretty } from 'pino-pretty';
import { errorForLog } from './error-for-log.ts';
import type { LogLevel } from './log-mapping.ts';
import { parseLogMapping } from './log-mapping.ts';
import { createTaps, setTaps } from './log-taps.ts';
import { withoutSecretValues } from './secret-values.ts';
import { hideUserinfo, redact } from './secrets.ts';

export interface LoggerSettings {
  readonly LOG_LEVEL: LogLevel;
  readonly LOG_MOD: 'production' | 'development';
  readonly LOG_MAPPING: string;
}

/** Ids of the span this line was written in, in OpenTelemetry's names for logs; the suite and the run it is about. */
function whereabouts(): object {
  const { suite, run } = currentWork() ?? {};
  const context = trace.getActiveSpan()?.spanContext();
  return {
    ...(suite === undefined ? {} : { suite }),
    ...(run === undefined ? {} : { run }),
    ...(context === undefined || !trace.isSpanContextValid(context)
      ? {}
      : { trace_id: context.traceId, span_id: context.spanId }),
  };
}

function prettyStream(destination: DestinationStream | undefined): DestinationStream {
  // Loaded only where a person reads: production has no need of it.
  const pretty = createRequire(import.meta.url)('pino-pretty') as typeof PinoPretty;
  return pretty({
    sync: true,
    colorize: destination === undefined && process.stdout.isTTY,
    ignore: 'pid,instance',
    ...(destination === undefined ? {} : { destination: destination as NodeJS.WritableStream }),
  });
}

/** pino has a formatter for the root's bindings only; children inherit this method. */
function redactChildren(logger: Logger): Logger {
  logger.child = new Proxy(logger.child, {
    apply: (child, self: unknown, [bindings, ...rest]: unknown[]): unknown =>
      Reflect.apply(child, self, [redact(bindings), ...rest]),
  });
  return logger;
}

/**
 * The root logger of a process; `bindings` are in every line (service, instance). Named loggers are children:
 * `logger.child({ name: 'reactor' })`, and LOG_MAPPING sets their levels by that name.
 */
export function createLogger(
  settings: LoggerSettings,
  bindings: Readonly<Record<string, string>> = {},
  destination?: DestinationStream,
): Logger {
  const { mapping, wrong } = parseLogMapping(settings.LOG_MAPPING);
  const { taps, hear } = createTaps();
  const streamWrite = (line: string): string => {
    const safe = withoutSecretValues(hideUserinfo(line));
    hear(safe);
    return safe;
  };
  const options: LoggerOptions = {
    level: settings.LOG_LEVEL,
    base: { ...bindings, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: whereabouts,
    serializers: { err: errorForLog },
    formatters: {
      level: (label) => ({ level: label }),
      log: (line) => redact(line) as Record<string, unknown>,
    },
    hooks: { streamWrite },
    onChild: (child) => {
      const name: unknown = child.bindings()['name'];
      const level = typeof name === 'string' ? mapping.get(name) : undefined;
      if (level !== undefined) child.level = level;
    },
  };
  const stream =
    settings.LOG_MOD === 'development'
      ? prettyStream(destination)
      : (destination ?? pino.destination({ dest: 1, sync: true }));
  const logger = redactChildren(pino(options, stream));
  setTaps(logger, taps);
  for (const entry of wrong) {
    logger.warn({ code: 'LOG_MAPPING_ENTRY', entry }, 'LOG_MAPPING: ignored; allowed is <name>=<level>');
  }
  return logger;
}
