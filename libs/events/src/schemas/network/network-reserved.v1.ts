import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, cidr, instant, token } from '../values.ts';

export const networkReservedV1 = defineEvent(
  'network',
  'NetworkReserved',
  1,
  "The run has a host and a block of that host's pool.",
  z.strictObject({
    attempt,
    hostId: token,
    cidr,
    pool: z.strictObject({ scope: token, cidr }),
    leaseExpiresAt: instant,
  }),
);
