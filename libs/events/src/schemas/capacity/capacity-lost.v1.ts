import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const capacityLostV1 = defineEvent(
  'capacity',
  'CapacityLost',
  1,
  {
    what: 'The host is gone for good, and what runs had there with it.',
    when: 'When an operator says so, of a host that gives no sign of life; it is used again once it announces itself anew',
  },
  z.strictObject({
    reason: z.string().min(1).max(1_000).describe("The operator's words"),
    runIds: z.array(token).describe('Runs that stood there: their deployments count as destroyed'),
  }),
);
