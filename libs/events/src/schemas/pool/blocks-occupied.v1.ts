import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr } from '../values.ts';
import { occupiedSource } from './occupied-source.ts';

export const blocksOccupiedV1 = defineEvent(
  'pool',
  'BlocksOccupied',
  1,
  {
    what: 'Blocks are used by somebody else and must not be granted.',
    when: 'When a host announces, or the allocator finds, that something else uses addresses of the pool',
  },
  z.strictObject({
    blocks: z
      .array(
        z.strictObject({
          cidr: cidr.describe('The block, IPv4 CIDR'),
          by: z.string().describe('By what, for people'),
          ...occupiedSource,
        }),
      )
      .min(1)
      .describe('One per block'),
  }),
);
