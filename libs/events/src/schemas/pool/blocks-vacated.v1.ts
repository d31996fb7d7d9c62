import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr } from '../values.ts';
import { occupiedSource } from './occupied-source.ts';

export const blocksVacatedV1 = defineEvent(
  'pool',
  'BlocksVacated',
  1,
  {
    what: 'Blocks are not used by somebody else any more: they can be granted, unless another range occupies them.',
    when: 'When whoever said that they are used does not say so any more; of those found taken, after a while',
  },
  z.strictObject({
    blocks: z
      .array(
        z.strictObject({
          cidr: cidr.describe('The range as it was occupied, IPv4 CIDR'),
          by: z.string().describe('By what it was used, for people'),
          ...occupiedSource,
        }),
      )
      .min(1)
      .describe('One per range'),
  }),
);
