import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { problem, token } from '../values.ts';

export const artifactRejectedV1 = defineEvent(
  'artifact',
  'ArtifactRejected',
  1,
  'The artifact was not kept.',
  z.strictObject({ runId: token, node: nodeName, name: z.string(), problem }),
);
