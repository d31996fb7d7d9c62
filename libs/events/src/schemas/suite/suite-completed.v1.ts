import { defineEvent } from '../define-event.ts';
import { suiteOutcome } from '../values.ts';

export const suiteCompletedV1 = defineEvent(
  'suite',
  'SuiteCompleted',
  1,
  'All runs completed and were released.',
  suiteOutcome,
);
