import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr, token } from '../values.ts';

export const blocksReleasedV1 = defineEvent(
  'pool',
  'BlocksReleased',
  1,
  'Blocks went back to the pool.',
  z.strictObject({ blocks: z.array(z.strictObject({ runId: token, cidr })).min(1) }),
);
