import { defineEvent } from '../define-event.ts';
import { suiteOutcome } from '../values.ts';

export const suiteFailedV1 = defineEvent(
  'suite',
  'SuiteFailed',
  1,
  {
    what: 'All runs ended and were released; at least one failed.',
    when: 'After the last RunReleased (or RunReleaseOverdue), if at least one run failed and the suite was not cancelled',
  },
  suiteOutcome,
);
