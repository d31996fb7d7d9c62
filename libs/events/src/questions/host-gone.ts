import { token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';

/** Tells the network-allocator that a host is gone for good. It is refused while the host gives a sign of life. */
export const hostGone = {
  name: 'host-gone',
  ask: z.strictObject({ hostId: token, reason: z.string().trim().min(1).max(1_000) }),
  /**
   * `already`: there is nothing to be lost; somebody had said so before, and it has not come back since, or (`left`) it left by
   * itself.
   */
  answer: z.strictObject({
    hostname: z.string(),
    runIds: z.array(token),
    already: z.boolean(),
    left: z.boolean().optional(),
  }),
} as const satisfies Question<z.ZodType, z.ZodType>;
