import { defineEvent } from '../define-event.ts';
import { suiteOutcome } from '../values.ts';

export const suiteCompletedV1 = defineEvent(
  'suite',
  'SuiteCompleted',
  1,
  {
    what: 'All runs completed and were released.',
    when: 'After the last RunReleased (or RunReleaseOverdue), if every run completed',
  },
  suiteOutcome,
);
