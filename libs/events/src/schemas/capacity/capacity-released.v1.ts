import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const capacityReleasedV1 = defineEvent(
  'capacity',
  'CapacityReleased',
  1,
  {
    what: 'Runs gave the host back.',
    when: 'After the deployments of the runs are destroyed, or the runs ended without one',
  },
  z.strictObject({ runIds: z.array(token).min(1).describe('The runs') }),
);
