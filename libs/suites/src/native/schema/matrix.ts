import { z } from 'zod';
import { line } from '../scalars.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' });

/** Names of axes are labels of the tests. */
export const axisName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,62}$/, 'a letter, then letters, digits, "_", "." or "-", at most 63');

const axis = z
  .strictObject({
    path: line.describe(
      'What the axis varies, from the test on: workload.clients, database.topology.nodes[0].hardware.cores',
    ),
    values: z
      .union([z.array(scalar).min(1).max(500), z.record(line, z.unknown())])
      .describe('A list (labels are the values) or a map from labels to values of any shape'),
  })
  .describe('One dimension of the sweep');

const combination = z.record(axisName, scalar);

export const matrix = z
  .strictObject({
    axes: z.record(axisName, axis).describe('By name; the first varies slowest'),
    exclude: z
      .array(combination)
      .max(1000)
      .default([])
      .describe('Leaves out every combination that has all labels of an entry'),
    include: z
      .array(combination)
      .max(500)
      .default([])
      .describe('Further combinations, a label for each axis; an axis with a list takes new values too'),
  })
  .describe('Makes one test of each combination of values');
export type Matrix = z.output<typeof matrix>;
