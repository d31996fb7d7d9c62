import { bytes, problem, token } from '@benchbus/suites';
import { z } from 'zod';

export { bytes, problem, token, targetName, stage } from '@benchbus/suites';

/** Counts the tries of a stage, from 1. */
export const attempt = z.int().min(1).meta({ description: 'Try of the stage, from 1', 'x-unit': 'count' });

/** Which of a test's faults, from 0. */
export const faultIndex = z.int().min(0).meta({ description: "Which of the test's faults, from 0", 'x-unit': 'count' });

/** IPv4 CIDR in its usual notation, `10.2.0.0/16`. */
export const cidr = z.cidrv4().describe('IPv4 address range, CIDR');

/** UTC time, RFC 3339. */
export const instant = z.iso.datetime();

/**
 * Fencing token: the log's incarnation and the sequence of the run's latest RunStageStarted, terminal event or
 * RunReleaseRequested. Whoever acts refuses a token older than the newest it has seen, and another incarnation's.
 */
export const fence = z
  .strictObject({
    incarnation: z.uuid().describe('Identity of the log'),
    sequence: z.int().min(1).meta({ description: 'Position in the log', 'x-unit': 'sequence' }),
  })
  .describe('Fencing token: whoever acts refuses one older than the newest it has seen');
export type Fence = z.infer<typeof fence>;

export const sharing = z
  .enum(['exclusive', 'allowed'])
  .describe('Whether other runs may use the host at the same time');

export const cores = z
  .number()
  .positive()
  .meta({ description: 'Processor cores; may be a fraction', 'x-unit': 'cores' });

/** Length of the network prefix of each block of a pool. */
export const blockPrefix = z
  .int()
  .min(8)
  .max(30)
  .meta({ description: 'Length of the network prefix of each block', 'x-unit': 'bits' });

/** Which pool of the operator's a run would like a block of. */
export const wantedPool = z
  .strictObject({ cidr, blockPrefix })
  .describe("The pool a block is wanted of: the operator's of the same values, else the target's own is used");

export const leaseExpiresAt = instant.describe('End of the lease: planned end and margin; UTC, RFC 3339');

export const sha256 = z.string().describe('SHA-256 of the content, hex');
export const contentType = z.string().describe('Media type');

/** A file the runner made, before it is stored. `artifactId` is also the artifact aggregate's id. */
export const artifactClaim = z.strictObject({
  artifactId: z.uuid().describe('Id of the artifact, and of its aggregate'),
  name: z.string().min(1).describe('File name'),
  bytes: bytes.describe('Size'),
  sha256: sha256.regex(/^[0-9a-f]{64}$/),
  contentType,
});
export type ArtifactClaim = z.infer<typeof artifactClaim>;

/** How a suite ended: what became of each of its runs. */
export const suiteOutcome = z.strictObject({
  runs: z
    .array(
      z.strictObject({
        runId: token.describe('The run'),
        outcome: z.enum(['completed', 'failed', 'cancelled']).describe('How it ended'),
        problem: problem.optional().describe('Why it failed'),
      }),
    )
    .describe('What became of each run'),
  overdue: z.array(token).describe('Runs whose release is overdue; the janitor goes on until RunReleased'),
});
