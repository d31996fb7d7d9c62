import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { faultIndex, instant } from './values.ts';

const milliseconds = (description: string) => z.number().min(0).optional().meta({ description, 'x-unit': 'ms' });
const commits = (description: string) => z.int().min(0).meta({ description, 'x-unit': 'count' });

/**
 * What a fault cost, as seen by a client that commits numbered rows all the while (the commit probe) and by the load tool's
 * transactions. What did not come about before the measurement ended is not given.
 */
export const faultResult = z.strictObject({
  index: faultIndex,
  kind: z.literal('kill').describe('What was done: SIGKILL'),
  node: nodeName.describe('Node that was hit'),
  at: instant.describe('When it was dead; UTC, RFC 3339'),
  newLeader: nodeName.optional().describe('Who led the Patroni cluster next; not given: the same, or nobody yet'),
  timeToNewLeaderMs: milliseconds("From the fault until Patroni's REST interface named another leader"),
  timeToFirstCommitMs: milliseconds('From the fault until the first commit begun after it was acknowledged'),
  longestGapMs: milliseconds('Longest time without an acknowledged commit from the fault on, until the next fault'),
  acknowledgedCommits: commits('Commits of the probe that were acknowledged in the whole measurement'),
  acknowledgedCommitsLost: commits(
    'Acknowledged after the fault before and until this one, by the last fault also later, and not there at the end',
  ),
  throughputBeforeTps: z.number().min(0).meta({
    description: 'Throughput of the load tool in the 10 s before the fault',
    'x-unit': 'transactions/s',
  }),
  recoveryMs: milliseconds(
    'From the fault until the start of the first second with at least 90 % of the throughput before',
  ),
  throughputSource: z
    .enum(["the tool's seconds"])
    .optional()
    .describe('What throughput and recovery are read from; not given: every transaction'),
});
export type FaultResult = z.infer<typeof faultResult>;
