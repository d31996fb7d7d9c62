import type { z } from 'zod';
import type { Question } from '../bus/questions.ts';
import { silentLogger } from '../core/logger.ts';
import { openConnection, type ConnectionSettings } from './connection.ts';
import { Link } from './link.ts';
import { NatsQuestions } from './questions.ts';

/**
 * Asks one question on a connection of its own, as who may do nothing else.
 * @throws QuestionRefused | NoAnswer | BenchbusError NATS_UNREACHABLE | NATS_ACCESS_REFUSED | NATS_NOT_PERMITTED | NATS_TOO_OLD
 */
export async function askOnce<A extends z.ZodType, R extends z.ZodType>(
  settings: ConnectionSettings,
  question: Question<A, R>,
  data: z.input<A>,
  options: { readonly timeoutMs: number },
): Promise<z.output<R>> {
  const nc = await openConnection(settings);
  try {
    return await new NatsQuestions(new Link(nc, options.timeoutMs, silentLogger), silentLogger).ask(
      question,
      data,
      options,
    );
  } finally {
    await nc.close();
  }
}
