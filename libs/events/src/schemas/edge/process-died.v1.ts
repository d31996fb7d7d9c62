import { processKind } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, instant, problem } from '../values.ts';

export const processDiedV1 = defineEvent(
  'edge',
  'ProcessDied',
  1,
  {
    what: 'A process of the node ended, and neither a fault of the suite nor benchbus had ended it.',
    when: 'After DatabaseReady while the run goes on, once per attempt and process; the measurement fails with its problem',
  },
  z.strictObject({
    attempt: attempt.describe('Try of the stage `database` that had brought it up, from 1'),
    process: processKind.describe('Planned process, by its kind'),
    at: instant.describe('When that was seen, by the clock of the node; UTC, RFC 3339'),
    problem: problem.describe('How it ended, and its last words'),
  }),
);
