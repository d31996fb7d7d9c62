import type { Problem } from '@benchbus/suites';
import type { z } from 'zod';

/** A question nobody audits: NATS request and reply on `ask.<name>`. */
export interface Question<Ask extends z.ZodType, Answer extends z.ZodType> {
  readonly name: string;
  readonly ask: Ask;
  readonly answer: Answer;
}

export interface Questions {
  /** @throws QuestionRefused (carries the answerer's Problem) | NoAnswer */
  ask<A extends z.ZodType, R extends z.ZodType>(
    question: Question<A, R>,
    data: z.input<A>,
    options?: { readonly timeoutMs?: number },
  ): Promise<z.output<R>>;
  /** Answers in a queue group shared by all replicas; a thrown BenchbusError reaches the asker as its Problem. */
  answer<A extends z.ZodType, R extends z.ZodType>(
    question: Question<A, R>,
    handle: (data: z.output<A>) => Promise<z.input<R>>,
  ): Promise<{ stop(): Promise<void> }>;
}

export type Refusal = { readonly problem: Problem };
