import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, instant, sharing, token } from '../values.ts';

export const capacityGrantedV1 = defineEvent(
  'capacity',
  'CapacityGranted',
  1,
  'Runs got (a share of) the host.',
  z.strictObject({
    grants: z
      .array(
        z.strictObject({
          runId: token,
          attempt,
          cores: z.number().positive(),
          memoryBytes: z.int().min(0),
          sharing,
          leaseExpiresAt: instant,
        }),
      )
      .min(1),
  }),
);
