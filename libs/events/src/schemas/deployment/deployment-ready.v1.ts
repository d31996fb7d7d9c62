import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt } from '../values.ts';

export const deploymentReadyV1 = defineEvent(
  'deployment',
  'DeploymentReady',
  1,
  'Every node exists and its edge runner is ready.',
  z.strictObject({ attempt }),
);
