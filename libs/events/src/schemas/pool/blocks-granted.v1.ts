import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, cidr, instant, token } from '../values.ts';

export const blocksGrantedV1 = defineEvent(
  'pool',
  'BlocksGranted',
  1,
  'Runs got blocks of the pool.',
  z.strictObject({ grants: z.array(z.strictObject({ runId: token, attempt, cidr, leaseExpiresAt: instant })).min(1) }),
);
