import { test as testModel, runSettings } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token, wantedPool } from '../values.ts';

export const runQueuedV1 = defineEvent(
  'run',
  'RunQueued',
  1,
  {
    what: 'A run of the suite exists: one test, one repeat, with everything needed to execute it.',
    when: 'Once per run, after SuiteAccepted',
  },
  z.strictObject({
    suiteId: token.describe('Its suite'),
    index: z.int().min(0).meta({ description: 'Position of the test in the suite, from 0', 'x-unit': 'count' }),
    repeat: z.int().min(1).meta({ description: 'Which repeat of the test, from 1', 'x-unit': 'count' }),
    test: testModel.describe('The test'),
    settings: runSettings.describe('What the suite says about all of its runs'),
    pool: wantedPool.optional(),
  }),
);
