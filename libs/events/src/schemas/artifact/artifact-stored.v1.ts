import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { bytes, contentType, instant, sha256, token } from '../values.ts';

export const artifactStoredV1 = defineEvent(
  'artifact',
  'ArtifactStored',
  1,
  {
    what: 'The artifact is kept, its size and checksum verified.',
    when: 'After an upload whose size and checksum are those claimed',
  },
  z.strictObject({
    runId: token.describe('The run it is from'),
    node: nodeName.describe('The node it is from'),
    name: z.string().describe('File name'),
    key: z.string().describe('Where it lies in the store: a path below its root, or an S3 key'),
    bytes: bytes.describe('Size'),
    sha256,
    contentType,
    expiresAt: instant.describe('End of its retention; UTC, RFC 3339'),
  }),
);
