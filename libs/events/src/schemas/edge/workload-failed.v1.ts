import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem, artifactClaim } from '../values.ts';

export const workloadFailedV1 = defineEvent(
  'edge',
  'WorkloadFailed',
  1,
  'The workload did not end well.',
  z.strictObject({ attempt, problem, artifacts: z.array(artifactClaim) }),
);
