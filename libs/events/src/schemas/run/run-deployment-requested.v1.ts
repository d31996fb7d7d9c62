import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, cidr, instant, targetName, token } from '../values.ts';

export const runDeploymentRequestedV1 = defineEvent(
  'run',
  'RunDeploymentRequested',
  1,
  'The run asks the provisioner of `hostId` to deploy its nodes in the reserved block.',
  z.strictObject({ attempt, target: targetName, hostId: token, cidr, deadline: instant, leaseExpiresAt: instant }),
);
