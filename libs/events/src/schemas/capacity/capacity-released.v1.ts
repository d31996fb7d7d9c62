import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const capacityReleasedV1 = defineEvent(
  'capacity',
  'CapacityReleased',
  1,
  'Runs gave the host back.',
  z.strictObject({ runIds: z.array(token).min(1) }),
);
