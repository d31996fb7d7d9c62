import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';
import { artifactClaim } from '../schemas/values.ts';

/** A runner asks where to put an artifact; the answer is a URL signed for exactly this size and checksum. */
export const artifactUpload = {
  name: 'artifact.upload',
  ask: z.strictObject({ runId: token, node: nodeName, claim: artifactClaim }),
  answer: z.strictObject({
    /** HTTP PUT the bytes here with these headers; absent when the artifact is stored already. */
    upload: z.strictObject({ url: z.url(), headers: z.record(z.string(), z.string()) }).optional(),
  }),
} as const satisfies Question<z.ZodType, z.ZodType>;
