import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem } from '../values.ts';

export const deploymentFailedV1 = defineEvent(
  'deployment',
  'DeploymentFailed',
  1,
  'The deployment could not be made; what was created is being released with the run.',
  z.strictObject({ attempt, problem, node: nodeName.optional() }),
);
