import type { Problem } from '@benchbus/suites';
import { problem as problemSchema } from '@benchbus/suites';
import type { z } from 'zod';
import { BenchbusError, NoAnswer, problemOf, QuestionRefused } from '../bus/errors.ts';
import type { Asked, Question } from '../bus/questions.ts';
import { issuesOf } from '../envelope/attributes.ts';

const encode = (value: { answer: unknown } | { problem: Problem }): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value));

const parse = (body: Uint8Array): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));

/** Bytes of a question → bytes of its answer, `{"answer": …}` or `{"problem": …}`; never fails. */
export async function answerTo<A extends z.ZodType, R extends z.ZodType>(
  question: Question<A, R>,
  body: Uint8Array,
  handle: (data: z.output<A>, asked: Asked) => Promise<z.input<R>>,
  on: Asked,
): Promise<Uint8Array> {
  try {
    const asked = await question.ask.safeParseAsync(parse(body));
    if (!asked.success)
      throw new BenchbusError({
        code: 'QUESTION_INVALID',
        message: issuesOf(asked.error),
        where: question.name,
        hint: 'who asks is of another version: use one version of benchbus',
      });
    const answer = await question.answer.safeParseAsync(await handle(asked.data, on));
    if (!answer.success)
      throw new BenchbusError({ code: 'ANSWER_INVALID', message: issuesOf(answer.error), where: question.name });
    return encode({ answer: answer.data });
  } catch (error) {
    return encode({ problem: problemOf(error) });
  }
}

/** @throws QuestionRefused | NoAnswer */
export function readAnswer<A extends z.ZodType, R extends z.ZodType>(
  question: Question<A, R>,
  body: Uint8Array,
): z.output<R> {
  let reply: unknown;
  try {
    reply = parse(body);
  } catch {
    throw new NoAnswer(question.name, 'the answer is not JSON');
  }
  const { answer, problem } = (typeof reply === 'object' && reply !== null ? reply : {}) as Record<string, unknown>;
  const refusal = problemSchema.safeParse(problem);
  if (refusal.success) throw new QuestionRefused(refusal.data);
  const parsed = question.answer.safeParse(answer);
  if (!parsed.success) throw new NoAnswer(question.name, `the answer does not fit: ${issuesOf(parsed.error)}`);
  return parsed.data;
}
