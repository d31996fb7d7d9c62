import { z } from 'zod';
import { database } from './database.ts';
import { installationSettings } from './installation.ts';
import { milliseconds, targetName } from './scalars.ts';
import { workload } from './workload.ts';

export const test = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string(),
  /** What results are grouped and compared by; a matrix adds one per axis. */
  labels: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,62}$/), z.string().max(200)).default({}),
  database,
  workload,
  repeat: z.strictObject({ times: z.int().min(1), reset: z.enum(['none', 'data', 'server']) }),
});
export type Test = z.infer<typeof test>;

export const timeouts = z.strictObject({
  queueMs: milliseconds,
  networkMs: milliseconds,
  provisionMs: milliseconds,
  databaseMs: milliseconds,
  workloadMs: milliseconds,
  artifactsMs: milliseconds,
});
export type Timeouts = z.infer<typeof timeouts>;

/** What a suite says about all of its runs. */
export const runSettings = z.strictObject({
  target: targetName,
  sharing: z.enum(['exclusive', 'allowed']),
  hardwarePolicy: z.enum(['reject', 'clamp']),
  keep: z.strictObject({ when: z.enum(['never', 'on-failure', 'always']), forMs: milliseconds }),
  onInterrupt: z.enum(['fail', 'repeat']),
  timeouts,
  images: z.strictObject({ pull: z.enum(['if-not-present', 'always', 'never']) }),
  artifacts: z.strictObject({ retentionMs: milliseconds }),
});
export type RunSettings = z.infer<typeof runSettings>;

/** The one model both dialects become: every default filled in, durations in ms, sizes in bytes, no secret value. */
export const suite = z.strictObject({
  name: z.string().min(1).max(200),
  parallelism: z.int().min(1),
  settings: runSettings,
  /** A matrix is expanded already: one test per combination. */
  tests: z.array(test).min(1),
  installation: installationSettings.optional(),
});
export type Suite = z.infer<typeof suite>;
