import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const deploymentDestroyedV1 = defineEvent(
  'deployment',
  'DeploymentDestroyed',
  1,
  {
    what: 'The real world was listed again: nothing of the deployment is left.',
    when: 'After RunReleaseRequested and every NodeDestroyed',
  },
  z.strictObject({ reason: z.string().describe('Why') }),
);
