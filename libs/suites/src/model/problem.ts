import { z } from 'zod';

/** Something a user can act on: a stable code, what was wrong, where, and what to do. */
export const problem = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  message: z.string().min(1),
  /** A field path (`tests[0].workload.scale`), a node, a process. */
  where: z.string().optional(),
  /** What the user can do about it. */
  hint: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;
