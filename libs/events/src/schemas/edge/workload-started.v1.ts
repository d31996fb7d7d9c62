import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, fence } from '../values.ts';

export const workloadStartedV1 = defineEvent(
  'edge',
  'WorkloadStarted',
  1,
  { what: 'The runner claimed the workload.', when: 'Before the load tool starts, once per attempt' },
  z.strictObject({ attempt, fence, instance: z.string().describe('Which start of the runner') }),
);
