import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';

/**
 * Asks the provisioner of a host where a node of target `local` lives, for a shell in it. No secret is part of the answer:
 * whoever may open a shell there can derive the password from the installation's key on the same machine.
 * Refused with NODE_GONE when the node is not there (any more).
 */
export const nodeAccess = (hostId: string) =>
  ({
    name: `node-access.${token.parse(hostId)}`,
    ask: z.strictObject({ runId: token, node: nodeName }),
    answer: z.strictObject({
      /** The node's folder, absolute. */
      dir: z.string(),
      /** Where installation.key lies. */
      stateDir: z.string(),
      /** Who runs the node's database and load tool; absent: the user of the provisioner itself. */
      user: z.strictObject({ name: z.string(), uid: z.int().min(0), gid: z.int().min(0) }).optional(),
      /** Folder of the PostgreSQL programs the plan asks for, where it is not on the PATH anyway. */
      postgresBin: z.string().optional(),
    }),
  }) as const satisfies Question<z.ZodType, z.ZodType>;
