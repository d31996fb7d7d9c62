import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem, stage } from '../values.ts';

export const runFailedV1 = defineEvent(
  'run',
  'RunFailed',
  1,
  { what: 'The run failed.', when: 'When a stage failed for good, timed out, or its node was lost' },
  z.strictObject({
    problem: problem.describe('Why'),
    stage: stage.optional().describe('In which stage'),
    attempt: attempt.optional().describe('Which try of it, from 1'),
  }),
);
