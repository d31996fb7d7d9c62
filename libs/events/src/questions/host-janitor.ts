import { nodeName, problem, token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';

/** Something real on a host that no open lease covers. */
export const leftover = z.strictObject({
  kind: z.enum([
    'process',
    'folder',
    'shared memory',
    'container',
    'network',
    'volume',
    'cgroup',
    'machine',
    'lock',
    'deployment',
  ]),
  /** Absent for what belongs to no run: a lock of the whole installation. */
  runId: token.optional(),
  node: nodeName.optional(),
  /** For people: `process 4711 (postgres)`. */
  what: z.string(),
  /** Why nothing gives it the right to exist. */
  why: z.string(),
  /** `left`: it was to be removed and is still there; `problem` says why. */
  outcome: z.enum(['would be removed', 'removed', 'left']),
  problem: problem.optional(),
});
export type Leftover = z.infer<typeof leftover>;

/** Asks the provisioner of one host to look for leftovers now, and to remove them unless `dryRun`. */
export const hostJanitor = (hostId: string) =>
  ({
    name: `janitor.${token.parse(hostId)}`,
    ask: z.strictObject({ dryRun: z.boolean() }),
    answer: z.strictObject({ hostname: z.string(), leftovers: z.array(leftover) }),
  }) as const satisfies Question<z.ZodType, z.ZodType>;
