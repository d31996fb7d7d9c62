import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { artifactClaim, workloadSummary } from '../values.ts';

export const runCompletedV1 = defineEvent(
  'run',
  'RunCompleted',
  1,
  'The workload finished and every artifact is stored.',
  z.strictObject({ summary: workloadSummary, artifacts: z.array(artifactClaim) }),
);
