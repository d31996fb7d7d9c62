import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const artifactExpiredV1 = defineEvent(
  'artifact',
  'ArtifactExpired',
  1,
  "The artifact's retention ended and it was deleted.",
  z.strictObject({ runId: token, key: z.string() }),
);
