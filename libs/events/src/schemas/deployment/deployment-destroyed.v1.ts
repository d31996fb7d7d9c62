import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const deploymentDestroyedV1 = defineEvent(
  'deployment',
  'DeploymentDestroyed',
  1,
  'The real world was listed again: nothing of the deployment is left.',
  z.strictObject({ reason: z.string() }),
);
