import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { artifactClaim } from '../values.ts';
import { repeatSummaries, workloadSummary } from '../workload-summary.ts';

export const runCompletedV1 = defineEvent(
  'run',
  'RunCompleted',
  1,
  {
    what: 'The workload finished and every artifact is stored.',
    when: 'After every artifact that WorkloadFinished lists is stored',
  },
  z.strictObject({
    summary: workloadSummary.describe('What the load tool measured'),
    repeats: repeatSummaries.optional(),
    artifacts: z.array(artifactClaim).describe('What was kept'),
  }),
);
