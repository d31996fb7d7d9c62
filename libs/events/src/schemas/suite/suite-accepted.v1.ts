import { suite as suiteModel } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const suiteAcceptedV1 = defineEvent(
  'suite',
  'SuiteAccepted',
  1,
  'The dispatcher took the suite: the normalised suite before expansion (secret references only) and the runs it becomes.',
  z.strictObject({
    requestId: z.string(),
    suite: suiteModel,
    runs: z.array(z.strictObject({ runId: token, test: z.string(), repeat: z.int().min(1) })).min(1),
    /** The suite this one repeats, as the request said. */
    rerunOf: token.optional(),
  }),
);
