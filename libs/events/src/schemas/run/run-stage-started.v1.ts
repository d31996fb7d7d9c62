import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, instant, stage } from '../values.ts';

export const runStageStartedV1 = defineEvent(
  'run',
  'RunStageStarted',
  1,
  'A stage of the run began; its sequence is the fencing token of the effects of that stage.',
  z.strictObject({ stage, attempt, deadline: instant }),
);
