import { token } from '@benchbus/suites';
import { z } from 'zod';
import type { Question } from '../bus/questions.ts';

/**
 * Asks the dispatcher that carries out one execution of a run, named by the engine's id. Where none does, nobody answers,
 * and NATS says so at once.
 */
export const runExecution = (executionId: string) =>
  ({
    name: `execution.${token.parse(executionId)}`,
    ask: z.strictObject({}),
    answer: z.strictObject({ runId: token }),
  }) as const satisfies Question<z.ZodType, z.ZodType>;
