import { RequestError, TimeoutError, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { z } from 'zod';
import { NoAnswer } from '../bus/errors.ts';
import { questionSubject, type Asked, type Question, type Questions } from '../bus/questions.ts';
import { answerTo, readAnswer } from '../core/question-codec.ts';
import type { BusLogger } from '../core/logger.ts';
import { inAnswerSpan, inAskSpan } from '../tracing/question-spans.ts';
import type { SuiteTraces } from '../tracing/suite-traces.ts';
import type { Link } from './link.ts';
import { notPermitted } from './not-permitted.ts';
import { toWire } from './wire-headers.ts';

const TIMEOUT_MS = 5000;

/**
 * Who asks waits in an inbox, or behind one of the server's own addresses (`_R_`). Anything else is no question: the reply to another
 * call, sent here by its asker, or an answer that is to go where its asker may not publish.
 */
const isAsked = (reply: string | undefined): boolean => /^(_INBOX|_R_\.)/.test(reply ?? '');

/** NATS request and reply; answerers share a queue group. */
export class NatsQuestions implements Questions {
  readonly #link: Link;
  readonly #logger: BusLogger;
  readonly #traces: SuiteTraces | undefined;
  readonly #answering = new Set<{ stop(): Promise<void> }>();

  /** `traces`: of the log that questions are about; who only asks has none. */
  constructor(link: Link, logger: BusLogger, traces?: SuiteTraces) {
    this.#link = link;
    this.#logger = logger;
    this.#traces = traces;
  }

  async ask<A extends z.ZodType, R extends z.ZodType>(
    question: Question<A, R>,
    data: z.input<A>,
    { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<z.output<R>> {
    const subject = questionSubject(question);
    return inAskSpan(question.name, subject, (headers) =>
      this.#request(question, subject, JSON.stringify(data), { timeout: timeoutMs, headers: toWire(headers) }),
    );
  }

  async #request<A extends z.ZodType, R extends z.ZodType>(
    question: Question<A, R>,
    subject: string,
    body: string,
    options: { readonly timeout: number; readonly headers: MsgHdrs },
  ): Promise<z.output<R>> {
    let reply: Msg;
    try {
      reply = await this.#link.nc.request(subject, body, options);
    } catch (error) {
      const refused = notPermitted(error);
      if (refused !== error) throw refused;
      const nobody = error instanceof RequestError && error.isNoResponders();
      const late =
        error instanceof TimeoutError || (error instanceof RequestError && error.cause instanceof TimeoutError);
      const text = nobody ? 'nobody answers it' : late ? `no answer in ${options.timeout} ms` : String(error);
      throw new NoAnswer(question.name, text, { cause: error, nobody });
    }
    return readAnswer(question, reply.data);
  }

  async answer<A extends z.ZodType, R extends z.ZodType>(
    question: Question<A, R>,
    handle: (data: z.output<A>, asked: Asked) => Promise<z.input<R>>,
  ): Promise<{ stop(): Promise<void> }> {
    const { nc } = this.#link;
    const running = new Set<Promise<void>>();
    const subscription = nc.subscribe(questionSubject(question), {
      queue: question.name,
      callback: (error, msg) => {
        if (error !== null || !isAsked(msg.reply)) return;
        const headers = { get: (name: string) => msg.headers?.get(name) || undefined };
        const answer = () => answerTo(question, msg.data, handle, { subject: msg.subject });
        const task = inAnswerSpan(question.name, msg.subject, { headers, traces: this.#traces }, answer)
          .then((bytes) => {
            msg.respond(bytes);
          })
          .catch((failure: unknown) => {
            this.#logger.error({ question: question.name, error: String(failure) }, 'could not answer');
          })
          .finally(() => running.delete(task));
        running.add(task);
      },
    });
    // Asked from now on, it is answered: the server has seen the subscription.
    if (this.#link.connected) await nc.flush();
    const answering = {
      stop: async () => {
        this.#answering.delete(answering);
        subscription.unsubscribe();
        await Promise.all(running);
      },
    };
    this.#answering.add(answering);
    return answering;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#answering].map((answering) => answering.stop()));
  }
}
