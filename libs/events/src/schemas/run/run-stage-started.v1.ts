import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, instant, stage } from '../values.ts';

export const runStageStartedV1 = defineEvent(
  'run',
  'RunStageStarted',
  1,
  {
    what: 'A stage of the run began; its sequence is the fencing token of the effects of that stage.',
    when: 'Before the first effect of each attempt of a stage',
  },
  z.strictObject({
    stage: stage.describe('The stage'),
    attempt,
    deadline: instant.describe('Until when the attempt may take; UTC, RFC 3339'),
  }),
);
