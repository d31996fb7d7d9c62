import { problemOf } from '@benchbus/events';
import type { Logger } from 'pino';
import { EXIT } from './exit-code.ts';

/** A state nobody thought of is not worth keeping: the supervisor starts a clean process, and the log is its memory. */
export function endOnUnhandled(logger: Logger): void {
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      const problem = problemOf(error, 'UNHANDLED');
      logger.fatal({ ...problem, err: error, event }, 'unhandled error: ending, to be restarted');
      process.exit(EXIT.failed);
    });
  }
}
