import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr, token } from '../values.ts';

export const blocksReleasedV1 = defineEvent(
  'pool',
  'BlocksReleased',
  1,
  { what: 'Blocks went back to the pool.', when: "With the release of the runs' networks" },
  z.strictObject({
    blocks: z
      .array(z.strictObject({ runId: token.describe('The run'), cidr: cidr.describe('The block, IPv4 CIDR') }))
      .min(1)
      .describe('One per run'),
    quarantineMs: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'For how long none of them is granted again', 'x-unit': 'ms' }),
  }),
);
