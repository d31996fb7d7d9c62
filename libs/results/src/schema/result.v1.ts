import { faultResult, validity } from '@benchbus/events';
import { z } from 'zod';
import { environment } from './environment.ts';
import { hdrHistogram } from './histogram.ts';
import { measures, typeMeasures } from './measures.ts';
import { openLoop } from './open-loop.ts';
import { series } from './series.ts';
import { sharing } from './sharing.ts';

export const RESULT_V1 = 'benchbus.io/result/v1';

const seconds = (description: string) => z.number().min(0).meta({ description, 'x-unit': 's' });

const sampling = z.object({
  share: z
    .number()
    .gt(0)
    .lt(1)
    .meta({ description: 'Of the transactions, those that were logged', 'x-unit': 'factor' }),
});

const inItsUnit = (description: string) => z.number().meta({ description, 'x-unit': "the metric's" });

const repeatedMetric = z.object({
  name: z.string().describe('Metric, with its unit; as the summary of a run calls it'),
  unit: z.string().describe('Its unit'),
  count: z.int().min(1).meta({ description: 'Measurements that count', 'x-unit': 'count' }),
  median: inItsUnit('The middle one, or the mean of the two in the middle'),
  least: inItsUnit('The least'),
  greatest: inItsUnit('The greatest'),
  relativeDeviation: z.number().min(0).optional().meta({
    description: 'Spread: standard deviation of the sample over the mean; not given: of fewer than two, or a mean of 0',
    'x-unit': 'factor',
  }),
});

const repeats = z.object({
  index: z.int().min(1).meta({ description: 'Which one, from 1', 'x-unit': 'count' }),
  times: z.int().min(1).meta({ description: 'How many there are', 'x-unit': 'count' }),
  reset: z
    .enum(['none', 'data', 'server'])
    .optional()
    .describe('What is made anew for each; none: all are measurements of one run'),
  metrics: z
    .array(repeatedMetric)
    .optional()
    .describe('Over the valid measurements of this run; not given: the others are in runs of their own'),
});

/** What a load tool measured, whichever it is. Set-up and warm-up are in no number but their own. */
const measuredShape = {
  tool: z
    .strictObject({ name: z.string().describe('Load tool'), version: z.string().describe('Its version, as it says') })
    .describe('What measured'),
  durationSeconds: seconds('Length of the measured part'),
  total: measures.describe('Of all transactions; its latencies are those of `latencyOf`, if that is given'),
  latencyOf: z
    .string()
    .optional()
    .describe('The type whose latencies `total` has, where the tool tells them by type alone; not given: all'),
  types: z.array(typeMeasures).describe('Of each type of transaction'),
  openLoop: openLoop.optional().describe('Not given: a closed loop, each client goes on when its answer is there'),
  sampling: sampling.optional().describe('Not given: every transaction was logged, or none (see the sources)'),
  histogram: hdrHistogram.optional().describe('Latencies of `total`; not given: the tool tells none'),
  series: series.describe('Over time'),
  toolStarts: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Starts of the load tool, with faults', 'x-unit': 'count' }),
  connectionsLost: z.int().min(0).optional().meta({ description: 'Connections lost, with faults', 'x-unit': 'count' }),
};
export const measured = z.object(measuredShape);
export type Measured = z.infer<typeof measured>;

/** The result of one run, version 1: fields may be added, none is removed or changes its meaning. */
export const resultV1 = z.object({
  schema: z.literal(RESULT_V1).describe('Name and version of this schema'),
  ...measuredShape,
  startedAt: z.iso.datetime().describe('Start of the measured part; UTC, RFC 3339'),
  setupSeconds: seconds('Loading of the data').optional(),
  warmupSeconds: seconds('Load before the measured part').optional(),
  command: z.array(z.string()).optional().describe('What was run for the measured part'),
  environment: environment.optional().describe('Where it was measured; not given: of a result from before this schema'),
  faults: z.array(faultResult).optional().describe('What each fault cost; not given: none was planned'),
  validity: validity.optional().describe('Not given: nobody judged it'),
  repeats: repeats.optional().describe('Not given: a single run'),
  sharing: sharing
    .optional()
    .describe('Who else had a share of the host; not given: machines of its own, or nobody looked'),
});
export type ResultV1 = z.infer<typeof resultV1>;
