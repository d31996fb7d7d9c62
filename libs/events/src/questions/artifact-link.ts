import { token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';

/** Whoever reads an artifact asks where its bytes are: a URL to GET, good for some minutes. It is a credential: never log it. */
export const artifactLink = {
  name: 'artifact.link',
  ask: z.strictObject({ artifactId: token }),
  answer: z.strictObject({ url: z.url(), headers: z.record(z.string(), z.string()) }),
} as const satisfies Question<z.ZodType, z.ZodType>;
