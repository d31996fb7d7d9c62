import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, fence } from '../values.ts';

export const workloadStartedV1 = defineEvent(
  'edge',
  'WorkloadStarted',
  1,
  'The runner claimed the workload.',
  z.strictObject({ attempt, fence, instance: z.string() }),
);
