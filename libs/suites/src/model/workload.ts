import { z } from 'zod';
import { hardware, milliseconds } from './scalars.ts';

/** pgbench with one of its built-in scripts. */
export const pgbenchWorkload = z.strictObject({
  tool: z.literal('pgbench'),
  script: z.enum(['tpcb-like', 'simple-update', 'select-only']),
  scale: z.int().min(1),
  clients: z.int().min(1),
  threads: z.int().min(1),
  protocol: z.enum(['simple', 'extended', 'prepared']),
  warmupMs: milliseconds,
  durationMs: milliseconds.min(1000),
  hardware,
});
export type PgbenchWorkload = z.infer<typeof pgbenchWorkload>;

export const workload = z.discriminatedUnion('tool', [pgbenchWorkload]);
export type Workload = z.infer<typeof workload>;
