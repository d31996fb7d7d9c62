import { fault, nodeName, token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';
import { attempt, faultIndex, instant } from '../schemas/values.ts';

/**
 * The load node's runner asks the runner of one node to break what a fault names there. Asked again, the answer is that of
 * the first time, from the log (FaultInjected): it is done once. Refused with CANCELLED, SUPERSEDED, FAULT_WITHOUT_TARGET.
 */
export const nodeFault = (runId: string, node: string) =>
  ({
    name: `fault.${token.parse(runId)}.${nodeName.parse(node)}`,
    ask: z.strictObject({
      attempt,
      index: faultIndex,
      process: fault.shape.process,
      restartAfterMs: fault.shape.restartAfterMs,
    }),
    answer: z.strictObject({
      /** When it was dead, by the clock of the node; UTC, RFC 3339. */
      at: instant,
      killed: z.array(z.string()),
    }),
  }) as const satisfies Question<z.ZodType, z.ZodType>;
