import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { instant, token } from '../values.ts';

export const artifactStoredV1 = defineEvent(
  'artifact',
  'ArtifactStored',
  1,
  'The artifact is kept, its size and checksum verified.',
  z.strictObject({
    runId: token,
    node: nodeName,
    name: z.string(),
    /** Where it lies in the store: a path below its root, or an S3 key. */
    key: z.string(),
    bytes: z.int().min(0),
    sha256: z.string(),
    contentType: z.string(),
    expiresAt: instant,
  }),
);
