import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem } from '../values.ts';

export const deploymentFailedV1 = defineEvent(
  'deployment',
  'DeploymentFailed',
  1,
  {
    what: 'The deployment could not be made; what was created is being released with the run.',
    when: 'When an attempt gave up',
  },
  z.strictObject({
    attempt,
    problem: problem.describe('Why'),
    node: nodeName.optional().describe('Which node, where it was one'),
  }),
);
