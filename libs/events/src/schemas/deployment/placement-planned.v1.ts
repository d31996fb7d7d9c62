import { plan } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, cidr, fence, leaseExpiresAt, token } from '../values.ts';

export const placementPlannedV1 = defineEvent(
  'deployment',
  'PlacementPlanned',
  1,
  {
    what: 'The provisioner decided all names, addresses and processes, before any effect.',
    when: 'Answers RunDeploymentRequested, before the first process, container or machine is made',
  },
  z.strictObject({
    attempt,
    fence,
    hostId: token.describe('The host'),
    cidr: cidr.describe('The block of the run, IPv4 CIDR'),
    plan: plan.describe('Nodes, processes and their files; secrets by reference'),
    leaseExpiresAt,
  }),
);
