import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr } from '../values.ts';

export const blocksOccupiedV1 = defineEvent(
  'pool',
  'BlocksOccupied',
  1,
  'Blocks are used by somebody else and must not be granted.',
  z.strictObject({ blocks: z.array(z.strictObject({ cidr, by: z.string() })).min(1) }),
);
