import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { artifactClaim, attempt, problem } from '../values.ts';

export const workloadFailedV1 = defineEvent(
  'edge',
  'WorkloadFailed',
  1,
  { what: 'The workload did not end well.', when: 'When an attempt of the workload failed or was interrupted' },
  z.strictObject({
    attempt,
    problem: problem.describe('Why'),
    artifacts: z.array(artifactClaim).describe('What it left, to be stored'),
  }),
);
