import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';
import { attempt } from '../schemas/values.ts';

/**
 * The load node's runner, which has just loaded the data, asks the runner of the node that has them to keep a copy: the server
 * is stopped, its data folder copied, the server started again. Asked again, it is done once; a copy that is there already
 * (another run of the suite made it) is not made again. Refused with CANCELLED, SUPERSEDED, DATA_NOT_CLEAN, DATA_COPY_FAILED.
 */
export const nodeKeep = (runId: string, node: string) =>
  ({
    name: `keep.${token.parse(runId)}.${nodeName.parse(node)}`,
    ask: z.strictObject({ attempt }),
    answer: z.strictObject({
      /** Of the copy. */
      name: z.string(),
      /** False: it was there. */
      made: z.boolean(),
    }),
  }) as const satisfies Question<z.ZodType, z.ZodType>;
