import { setTimeout as pause } from 'node:timers/promises';
import { problemOf } from '@benchbus/events';
import type { Logger } from 'pino';
import type { S3Backend } from './s3-backend.ts';
import { mayPass } from '@benchbus/service/s3';

export interface BucketToMake {
  readonly backend: Pick<S3Backend, 'ensureBucket'>;
  readonly bucket: string;
  /** Pause before each try. */
  readonly retryMs: number;
  readonly logger: Logger;
  /** Ends the tries, and the request that is under way. */
  readonly signal: AbortSignal;
}

/**
 * For a start that S3 did not serve: tries until the bucket is there, or `signal`. What S3 refuses for good ends the process, as
 * it would have at the start: a store that can keep nothing is not to look well.
 */
export async function makeBucketLater({ backend, bucket, retryMs, logger, signal }: BucketToMake): Promise<void> {
  while (!signal.aborted) {
    try {
      await pause(retryMs, undefined, { signal });
      const made = await backend.ensureBucket(signal);
      logger.info({ bucket }, made ? 'S3 serves again; the bucket was not there, and was made' : 'S3 serves again');
      return;
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error);
      if (mayPass(error)) {
        logger.debug({ ...problem, retryMs }, 'S3 still does not serve');
        continue;
      }
      logger.fatal({ ...problem, err: error }, problem.message);
      process.exit(1);
    }
  }
}
