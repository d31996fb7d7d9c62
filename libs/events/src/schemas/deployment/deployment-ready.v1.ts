import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt } from '../values.ts';

export const deploymentReadyV1 = defineEvent(
  'deployment',
  'DeploymentReady',
  1,
  { what: 'Every node exists and its edge runner is ready.', when: 'After the EdgeRunnerReady of every node' },
  z.strictObject({ attempt }),
);
