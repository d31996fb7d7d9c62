import { suite as suiteModel } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const suiteAcceptedV1 = defineEvent(
  'suite',
  'SuiteAccepted',
  1,
  {
    what: 'The dispatcher took the suite: the normalised suite before expansion (secret references only) and the runs it becomes.',
    when: 'Once per request that is valid, before anything else of the suite',
  },
  z.strictObject({
    requestId: z.string().describe('`id` of the SuiteRequested'),
    suite: suiteModel.describe('The suite, every default filled in'),
    runs: z
      .array(
        z.strictObject({
          runId: token.describe('The run'),
          test: z.string().describe('Name of its test'),
          repeat: z.int().min(1).meta({ description: 'Which repeat of the test, from 1', 'x-unit': 'count' }),
        }),
      )
      .min(1)
      .describe('Its runs, in the order they start'),
    rerunOf: token.optional().describe('The suite this one repeats, as the request said'),
  }),
);
