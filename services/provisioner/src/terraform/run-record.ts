import { z } from 'zod';

/**
 * What is known of a run's machines beside terraform's state, written before the first effect: any replica finds and destroys
 * them with it. No secrets.
 */
export const runRecord = z.object({
  version: z.literal(1),
  runId: z.string(),
  fence: z.object({ incarnation: z.string(), sequence: z.number() }),
  /** Host whose provisioner worked on it last. */
  holder: z.string(),
  leaseExpiresAt: z.string(),
  /** `made`: everything was there once. */
  phase: z.enum(['making', 'made', 'destroying']),
  /** Node → name of its machine. */
  machines: z.record(z.string(), z.string()),
  /** The module's, without user-data. */
  variables: z.record(z.string(), z.unknown()),
});
export type RunRecord = z.infer<typeof runRecord>;
