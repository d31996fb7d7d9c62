import type { Problem } from '@benchbus/suites';
import type { z } from 'zod';

/** A question nobody audits: NATS request and reply on `ask.<name>`, or on its own subject. */
export interface Question<Ask extends z.ZodType, Answer extends z.ZodType> {
  readonly name: string;
  /** Where it is not `ask.<name>`; for who answers, with wildcards. */
  readonly subject?: string;
  readonly ask: Ask;
  readonly answer: Answer;
}

/** What the server says of a question. */
export interface Asked {
  /** On which subject it came: who may ask on it, the server decides. */
  readonly subject: string;
}

export const questionSubject = ({ name, subject }: { readonly name: string; readonly subject?: string }): string =>
  subject ?? `ask.${name}`;

export interface Questions {
  /** @throws QuestionRefused (carries the answerer's Problem) | NoAnswer | BenchbusError NATS_NOT_PERMITTED */
  ask<A extends z.ZodType, R extends z.ZodType>(
    question: Question<A, R>,
    data: z.input<A>,
    options?: { readonly timeoutMs?: number },
  ): Promise<z.output<R>>;
  /** Answers in a queue group shared by all replicas; a thrown BenchbusError reaches the asker as its Problem. */
  answer<A extends z.ZodType, R extends z.ZodType>(
    question: Question<A, R>,
    handle: (data: z.output<A>, asked: Asked) => Promise<z.input<R>>,
  ): Promise<{ stop(): Promise<void> }>;
}

export type Refusal = { readonly problem: Problem };
