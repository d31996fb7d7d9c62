import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { blockPrefix, cidr, token } from '../values.ts';

export const poolDefinedV1 = defineEvent(
  'pool',
  'PoolDefined',
  1,
  {
    what: 'A pool of equal blocks exists in a scope (a host or a VPC).',
    when: 'When a host announces a pool that the log does not have',
  },
  z.strictObject({
    scope: token.describe('Host or VPC the pool belongs to'),
    cidr,
    blockPrefix,
    exclusions: z.array(cidr).describe('Parts that are never granted'),
  }),
);
