import { problemOf, type EventLog } from '@benchbus/events';
import { readSharing, type Sharing } from '@benchbus/results';
import { within } from '@benchbus/service';
import type { Logger } from 'pino';
import type { BoundWorkload } from '../workloads/index.ts';

/** Reading takes some ms. A log that is away is waited for where the outcome is said, not here. */
const PATIENCE_MS = 5_000;

/**
 * The same tool, whose results say who else had a share of the host. Read when it has measured: not while it does. What was
 * measured counts without it: if the log cannot be read now, nothing is said of it, and `benchbus results` reads it itself.
 */
export const withSharing = (
  tool: BoundWorkload,
  log: Pick<EventLog, 'read'>,
  logger: Pick<Logger, 'warn'>,
  patienceMs = PATIENCE_MS,
): BoundWorkload => ({
  run: async (context, signal) => {
    const { summary, result } = await tool.run(context, signal);
    const reading = readSharing(log, context.runId, summary).catch((error: unknown): undefined => {
      logger.warn({ ...problemOf(error) }, 'the log does not tell who had a share of the host');
    });
    const sharing = await within<Sharing | undefined>(reading, patienceMs);
    return { summary, result: sharing === undefined || sharing === 'late' ? result : { ...result, sharing } };
  },
  collect: (context, verdict) => tool.collect(context, verdict),
});
