import { test as testModel, runSettings } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const runQueuedV1 = defineEvent(
  'run',
  'RunQueued',
  1,
  'A run of the suite exists: one test, one repeat, with everything needed to execute it.',
  z.strictObject({
    suiteId: token,
    index: z.int().min(0),
    repeat: z.int().min(1),
    test: testModel,
    settings: runSettings,
  }),
);
