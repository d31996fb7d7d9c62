import { z } from 'zod';

/** Something a user can act on: a stable code, what was wrong, where, and what to do. */
export const problem = z.strictObject({
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .describe('Stable code, for programs'),
  message: z.string().min(1).describe('What was wrong, for people'),
  where: z.string().optional().describe('A field path (`tests[0].workload.scale`), a node, a process'),
  hint: z.string().optional().describe('What the user can do about it'),
});
export type Problem = z.infer<typeof problem>;
