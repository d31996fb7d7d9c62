import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { problem, token } from '../values.ts';

export const artifactRejectedV1 = defineEvent(
  'artifact',
  'ArtifactRejected',
  1,
  {
    what: 'The artifact was not kept.',
    when: 'When no upload of the claim can succeed, or a fact of it is a dead letter',
  },
  z.strictObject({
    runId: token.describe('The run it is from'),
    node: nodeName.describe('The node it is from'),
    name: z.string().describe('File name'),
    problem: problem.describe('Why'),
  }),
);
