import { z } from 'zod';
import { label, title } from '../scalars.ts';
import { count } from './common.ts';
import { database } from './database.ts';
import { faults } from './fault.ts';
import { axisName, matrix } from './matrix.ts';
import { workload } from './workload.ts';

export const test = z
  .strictObject({
    name: title.describe('What people read; a matrix appends its labels'),
    description: z.string().max(65_536).default('').describe('As long as you like'),
    labels: z.record(axisName, label).prefault({}).describe('What results are grouped and compared by'),
    database,
    workload,
    faults,
    matrix: matrix.optional(),
    repeat: z
      .strictObject({
        times: count(500).default(1).describe('How often it is measured'),
        reset: z
          .enum(['none', 'data', 'server'])
          .default('data')
          .describe(
            'What is made anew for each repeat: with data (from a kept copy of what the first loaded) and server each is a run of its own, with none all are measurements of one run',
          ),
      })
      .prefault({})
      .describe('Measure more than once'),
  })
  .describe('One test');
export type NativeTest = z.output<typeof test>;
