import { z } from 'zod';
import { targetName } from '../model/scalars.ts';
import { duration, title } from './scalars.ts';
import { count } from './schema/common.ts';
import { installation } from './schema/installation.ts';
import { test } from './schema/test.ts';

export const API_VERSION = 'benchbus.io/v1';

const timeouts = z
  .strictObject({
    queue: duration.prefault('24h').describe('Waiting for a host and a network block'),
    network: duration.prefault('5m').describe('Reserving the network'),
    provision: duration.prefault('10m').describe('Bringing up the nodes'),
    database: duration.prefault('10m').describe('Setting up the database'),
    workload: duration.optional().describe('Default: 2h, or longer where a test needs it'),
    artifacts: duration.prefault('10m').describe('Storing the results'),
  })
  .prefault({})
  .describe('How long each stage of a run may take');

/** The native dialect: what a file may say, and the defaults of what it does not. Source of the JSON Schema for editors. */
export const nativeSuite = z.strictObject({
  apiVersion: z.literal(API_VERSION).describe('Version of the format'),
  kind: z.literal('Suite').describe('What the document is'),
  name: title.describe('What people read'),
  target: targetName.default('local').describe('A target the operator has configured'),
  parallelism: count(500).default(1).describe('Runs at once'),
  sharing: z.enum(['exclusive', 'allowed']).default('exclusive').describe('May other runs use the same host meanwhile'),
  hardwarePolicy: z.enum(['reject', 'clamp']).default('reject').describe('What to do when the host is too small'),
  keep: z
    .strictObject({
      when: z.enum(['never', 'on-failure', 'always']).default('never').describe('After which runs'),
      for: duration.prefault('30m').describe('For how long'),
    })
    .prefault({})
    .describe('Keep the deployment for a look after the run'),
  onInterrupt: z.enum(['fail', 'repeat']).default('fail').describe('When the load tool itself was killed'),
  timeouts,
  maxLifetime: duration
    .optional()
    .describe('How long the nodes of a run may live, the keep time included; it is ended then'),
  maxCost: z
    .number()
    .positive()
    .optional()
    .describe('What all runs may cost at the most, in the currency of the price table'),
  images: z
    .strictObject({
      pull: z.enum(['if-not-present', 'always', 'never']).default('if-not-present').describe('When to pull an image'),
    })
    .prefault({})
    .describe('Container images'),
  artifacts: z
    .strictObject({ retention: duration.prefault('30d').describe('How long they are kept') })
    .prefault({})
    .describe('Files that a run leaves'),
  installation: installation.optional(),
  tests: z.array(test).min(1).max(500).describe('What to run, in this order'),
});
export type NativeSuite = z.output<typeof nativeSuite>;
export type NativeSuiteInput = z.input<typeof nativeSuite>;
