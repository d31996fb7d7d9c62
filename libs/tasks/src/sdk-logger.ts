import type { Logger } from 'pino';

/** The SDK's logger interface (util/logger/logger.d.ts of 1.33.2), for each of its contexts, on top of pino. */
export const sdkLogger = (logger: Logger) => (context: string) => ({
  debug: (message: string, extra?: object) => logger.debug({ ...extra, context }, message),
  // The SDK is talkative at this level: each worker's comings and goings.
  info: (message: string, extra?: object) => logger.debug({ ...extra, context }, message),
  green: (message: string, extra?: object) => logger.debug({ ...extra, context }, message),
  warn: (message: string, error?: Error, extra?: object) => logger.warn({ ...extra, context, err: error }, message),
  error: (message: string, error?: Error, extra?: object) => logger.error({ ...extra, context, err: error }, message),
});
