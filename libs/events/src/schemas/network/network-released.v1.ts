import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr, token } from '../values.ts';

export const networkReleasedV1 = defineEvent(
  'network',
  'NetworkReleased',
  1,
  {
    what: "The block and the host's capacity are free again.",
    when: 'After DeploymentDestroyed, after RunReleaseRequested of a run without a deployment, or after CapacityLost',
  },
  z.strictObject({
    hostId: token.optional().describe('The host that was given back; not given: none was held'),
    cidr: cidr.optional().describe('The block that was given back; not given: none was held'),
    lost: z
      .strictObject({
        hostId: token.describe('The host'),
        reason: z.string().describe("The operator's words"),
      })
      .optional()
      .describe(
        'The host is gone for good, and with it the deployment of the run: nobody else will say that it is destroyed',
      ),
  }),
);
