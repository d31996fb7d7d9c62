import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, artifactClaim, workloadSummary } from '../values.ts';

export const workloadFinishedV1 = defineEvent(
  'edge',
  'WorkloadFinished',
  1,
  'The load tool ended well; its summary and the files it left.',
  z.strictObject({ attempt, summary: workloadSummary, artifacts: z.array(artifactClaim) }),
);
