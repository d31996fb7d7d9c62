import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, cidr, instant, leaseExpiresAt, targetName, token } from '../values.ts';

export const runDeploymentRequestedV1 = defineEvent(
  'run',
  'RunDeploymentRequested',
  1,
  {
    what: 'The run asks the provisioner of `hostId` to deploy its nodes in the reserved block.',
    when: 'In stage `provision`, once per attempt, after NetworkReserved',
  },
  z.strictObject({
    attempt,
    target: targetName.describe('Where its nodes are to live'),
    hostId: token.describe('The host that was granted'),
    cidr,
    deadline: instant.describe('Until when the nodes are to be ready; UTC, RFC 3339'),
    leaseExpiresAt,
  }),
);
