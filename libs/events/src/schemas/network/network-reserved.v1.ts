import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, cidr, leaseExpiresAt, token } from '../values.ts';

export const networkReservedV1 = defineEvent(
  'network',
  'NetworkReserved',
  1,
  {
    what: "The run has a host and a block of that host's pool.",
    when: 'Answers RunNetworkRequested, after CapacityGranted and BlocksGranted',
  },
  z.strictObject({
    attempt,
    hostId: token.describe('The host'),
    cidr: cidr.describe('The block, IPv4 CIDR'),
    pool: z
      .strictObject({
        scope: token.describe('Host or VPC of the pool'),
        cidr: cidr.describe('The whole pool, IPv4 CIDR'),
      })
      .describe('The pool the block is from'),
    leaseExpiresAt,
  }),
);
