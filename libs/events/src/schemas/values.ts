import { problem, token } from '@benchbus/suites';
import { z } from 'zod';

export { problem, token, targetName, stage } from '@benchbus/suites';

/** Counts the tries of a stage, from 1. */
export const attempt = z.int().min(1);

/** IPv4 CIDR in its usual notation, `10.2.0.0/16`. */
export const cidr = z.cidrv4();

/** UTC time, RFC 3339. */
export const instant = z.iso.datetime();

/**
 * Fencing token: the log's incarnation and the sequence of the run's latest RunStageStarted, terminal event or
 * RunReleaseRequested. Whoever acts refuses a token older than the newest it has seen, and another incarnation's.
 */
export const fence = z.strictObject({ incarnation: z.uuid(), sequence: z.int().min(1) });
export type Fence = z.infer<typeof fence>;

export const sharing = z.enum(['exclusive', 'allowed']);

/** A file the runner made, before it is stored. `artifactId` is also the artifact aggregate's id. */
export const artifactClaim = z.strictObject({
  artifactId: z.uuid(),
  name: z.string().min(1),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  contentType: z.string(),
});
export type ArtifactClaim = z.infer<typeof artifactClaim>;

/** What a load tool measured. Latencies in ms; `tps` counts transactions per second without connection time. */
export const workloadSummary = z.strictObject({
  tool: z.string(),
  toolVersion: z.string(),
  serverVersion: z.string(),
  /** Length of the measured part, without set-up and warm-up. */
  durationSeconds: z.number(),
  transactions: z.int(),
  failedTransactions: z.int(),
  tps: z.number(),
  latencyAverageMs: z.number(),
  latencyStddevMs: z.number(),
  latencyP50Ms: z.number(),
  latencyP95Ms: z.number(),
  latencyP99Ms: z.number(),
  latencyP999Ms: z.number(),
  latencyMaxMs: z.number(),
  /** Where the percentiles come from. */
  percentileSource: z.enum(['every transaction', "the tool's histogram", "the tool's summary"]),
  /** Start of the measured part. */
  startedAt: instant,
});
export type WorkloadSummary = z.infer<typeof workloadSummary>;

/** How a suite ended: what became of each of its runs. */
export const suiteOutcome = z.strictObject({
  runs: z.array(
    z.strictObject({
      runId: token,
      outcome: z.enum(['completed', 'failed', 'cancelled']),
      problem: problem.optional(),
    }),
  ),
  /** Runs whose release is overdue; the janitor goes on until RunReleased. */
  overdue: z.array(token),
});
