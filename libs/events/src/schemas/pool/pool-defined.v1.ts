import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr, token } from '../values.ts';

export const poolDefinedV1 = defineEvent(
  'pool',
  'PoolDefined',
  1,
  'A pool of equal blocks exists in a scope (a host or a VPC).',
  z.strictObject({ scope: token, cidr, blockPrefix: z.int().min(8).max(30), exclusions: z.array(cidr) }),
);
