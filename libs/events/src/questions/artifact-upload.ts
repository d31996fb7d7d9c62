import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';
import { artifactClaim } from '../schemas/values.ts';

const headers = z.record(z.string(), z.string());

/** A piece of the file, by HTTP PUT. */
const part = z.strictObject({
  /** First byte of it. */
  offset: z.int().min(0),
  bytes: z.int().min(0),
  url: z.url(),
  headers,
});

/**
 * A runner asks where to put an artifact; the answers are URLs signed for exactly this claim. When all parts of an answer are
 * sent, it asks again, until nothing is left to send: that is when the store has verified what arrived and recorded it.
 */
export const artifactUpload = {
  name: 'artifact.upload',
  ask: z.strictObject({ runId: token, node: nodeName, claim: artifactClaim }),
  answer: z.strictObject({
    /** HTTP PUT the bytes here with these headers; absent when the artifact is stored already. */
    upload: z.strictObject({ url: z.url(), headers }).optional(),
    /** Instead of `upload`, for a large file: the next of its parts that have not arrived. */
    parts: z.array(part).min(1).optional(),
  }),
} as const satisfies Question<z.ZodType, z.ZodType>;

export type UploadOffer = z.output<typeof artifactUpload.answer>;
export type UploadPart = z.output<typeof part>;
