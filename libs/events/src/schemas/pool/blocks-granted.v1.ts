import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, cidr, leaseExpiresAt, token } from '../values.ts';

export const blocksGrantedV1 = defineEvent(
  'pool',
  'BlocksGranted',
  1,
  { what: 'Runs got blocks of the pool.', when: 'After CapacityGranted for the runs' },
  z.strictObject({
    grants: z
      .array(
        z.strictObject({
          runId: token.describe('The run'),
          attempt,
          cidr: cidr.describe('The block, IPv4 CIDR'),
          leaseExpiresAt,
        }),
      )
      .min(1)
      .describe('One per run'),
  }),
);
