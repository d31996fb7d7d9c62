import { defineEvent } from '../define-event.ts';
import { suiteOutcome } from '../values.ts';

export const suiteFailedV1 = defineEvent(
  'suite',
  'SuiteFailed',
  1,
  'All runs ended and were released; at least one failed.',
  suiteOutcome,
);
