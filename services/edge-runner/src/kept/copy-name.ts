import { createHash } from 'node:crypto';

/**
 * Names the copy by all that determines the data: what the plan says, and which programs of this machine or engine they are, so
 * that an upgrade between two runs of a suite gives another copy.
 */
export const copyName = (key: string, programs: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([key, ...programs]))
    .digest('hex')
    .slice(0, 40);
