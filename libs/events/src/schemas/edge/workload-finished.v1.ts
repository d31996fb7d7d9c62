import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { artifactClaim, attempt } from '../values.ts';
import { repeatSummaries, workloadSummary } from '../workload-summary.ts';

export const workloadFinishedV1 = defineEvent(
  'edge',
  'WorkloadFinished',
  1,
  {
    what: 'The load tool ended well; its summary and the files it left.',
    when: 'After the load tool ended well and its output was read, once per attempt',
  },
  z.strictObject({
    attempt,
    summary: workloadSummary.describe('What the load tool measured'),
    repeats: repeatSummaries.optional(),
    artifacts: z.array(artifactClaim).describe('What it left, to be stored'),
  }),
);
