import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, bytes, cores, leaseExpiresAt, sharing, token } from '../values.ts';

export const capacityGrantedV1 = defineEvent(
  'capacity',
  'CapacityGranted',
  1,
  {
    what: 'Runs got (a share of) the host.',
    when: 'When a host has room for runs that wait, first come, first served',
  },
  z.strictObject({
    grants: z
      .array(
        z.strictObject({
          runId: token.describe('The run'),
          attempt,
          cores,
          memoryBytes: bytes.describe('Memory of the host for the run'),
          sharing,
          leaseExpiresAt,
        }),
      )
      .min(1)
      .describe('One per run'),
  }),
);
