import { plan } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, cidr, fence, instant, token } from '../values.ts';

export const placementPlannedV1 = defineEvent(
  'deployment',
  'PlacementPlanned',
  1,
  'The provisioner decided all names, addresses and processes, before any effect.',
  z.strictObject({ attempt, fence, hostId: token, cidr, plan, leaseExpiresAt: instant }),
);
