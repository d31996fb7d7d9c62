import { z } from 'zod';
import { database } from './database.ts';
import { fault } from './fault.ts';
import { installationSettings } from './installation.ts';
import { count, milliseconds, targetName } from './scalars.ts';
import { workload } from './workload.ts';

export const test = z.strictObject({
  name: z.string().min(1).max(200).describe('Name of the test'),
  description: z.string().describe('For people'),
  labels: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,62}$/), z.string().max(200))
    .default({})
    .describe('What results are grouped and compared by; a matrix adds one per axis'),
  database: database.describe('What is measured'),
  workload: workload.describe('What does the measuring'),
  faults: z
    .array(fault)
    .min(1)
    .optional()
    .describe('What is broken on purpose during the measurement, in this order; not given: nothing'),
  repeat: z
    .strictObject({
      times: count.describe('How often'),
      reset: z.enum(['none', 'data', 'server']).describe('What is made anew before each repeat'),
    })
    .describe('More than one measurement'),
});
export type Test = z.infer<typeof test>;

export const timeouts = z.strictObject({
  queueMs: milliseconds.describe('Waiting for a host and a block'),
  networkMs: milliseconds.describe('Stage `network`'),
  provisionMs: milliseconds.describe('Stage `provision`'),
  databaseMs: milliseconds.describe('Stage `database`'),
  workloadMs: milliseconds.describe('Stage `workload`'),
  artifactsMs: milliseconds.describe('Stage `artifacts`'),
});
export type Timeouts = z.infer<typeof timeouts>;

/** What a suite says about all of its runs. */
export const runSettings = z.strictObject({
  target: targetName.describe('Where nodes live'),
  sharing: z.enum(['exclusive', 'allowed']).describe('Whether other runs may use the host at the same time'),
  hardwarePolicy: z.enum(['reject', 'clamp']).describe('What happens when the host has less than asked for'),
  keep: z
    .strictObject({
      when: z.enum(['never', 'on-failure', 'always']).describe('After which outcome'),
      forMs: milliseconds.describe('How long'),
    })
    .describe('Keeps the deployment of an ended run for a look'),
  onInterrupt: z.enum(['fail', 'repeat']).describe('What happens when the load tool is interrupted'),
  timeouts: timeouts.describe('Limits of the stages'),
  maxLifetimeMs: milliseconds
    .optional()
    .describe('How long the nodes of a run may live, the keep time included; not given: as long as its timeouts allow'),
  maxCost: z
    .number()
    .positive()
    .optional()
    .meta({ 'x-unit': "the price table's currency" })
    .describe('What all runs may cost at the most, in the currency of the price table; not given: anything'),
  images: z
    .strictObject({ pull: z.enum(['if-not-present', 'always', 'never']).describe('When images are pulled') })
    .describe('Container images'),
  artifacts: z
    .strictObject({ retentionMs: milliseconds.describe('How long they are kept') })
    .describe('What a run leaves'),
});
export type RunSettings = z.infer<typeof runSettings>;

/** The one model both dialects become: every default filled in, durations in ms, sizes in bytes, no secret value. */
export const suite = z.strictObject({
  name: z.string().min(1).max(200).describe('Name of the suite'),
  parallelism: count.describe('Runs at the same time'),
  settings: runSettings.describe('What holds for all of its runs'),
  tests: z.array(test).min(1).describe('A matrix is expanded already: one test per combination'),
  installation: installationSettings
    .optional()
    .describe("What a predecessor's file says about its installation; for the record"),
});
export type Suite = z.infer<typeof suite>;
