import { defineEvent } from '../define-event.ts';
import { suiteOutcome } from '../values.ts';

export const suiteCancelledV1 = defineEvent(
  'suite',
  'SuiteCancelled',
  1,
  {
    what: 'The suite was cancelled; all its runs ended and were released.',
    when: 'After the last RunReleased (or RunReleaseOverdue) of a suite that was cancelled',
  },
  suiteOutcome,
);
