import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem, stage } from '../values.ts';

export const runFailedV1 = defineEvent(
  'run',
  'RunFailed',
  1,
  'The run failed.',
  z.strictObject({ problem, stage: stage.optional(), attempt: attempt.optional() }),
);
