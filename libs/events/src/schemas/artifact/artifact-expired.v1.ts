import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const artifactExpiredV1 = defineEvent(
  'artifact',
  'ArtifactExpired',
  1,
  {
    what: "The artifact's retention ended and it was deleted.",
    when: 'When the retention that ArtifactStored names is over',
  },
  z.strictObject({
    runId: token.describe('The run it is from'),
    key: z.string().describe('Where it lay in the store'),
  }),
);
