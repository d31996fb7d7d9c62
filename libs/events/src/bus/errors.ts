import type { Problem } from '@benchbus/suites';

export interface BenchbusErrorOptions extends ErrorOptions {
  /**
   * True: trying again can never succeed, whatever time passes and whatever others do (a request against its schema, an id
   * that is taken). A consumer whose handler throws it parks the message at once instead of after its retries. Default false.
   */
  readonly permanent?: boolean;
}

/** Base of every error a user can meet: a stable code, where, and what to do. Recognise by `code`, not by class. */
export class BenchbusError extends Error {
  readonly code: string;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  /** Never worth another try; see BenchbusErrorOptions. */
  readonly permanent: boolean;

  constructor(problem: Problem, options?: BenchbusErrorOptions) {
    super(problem.message, options);
    this.name = 'BenchbusError';
    this.code = problem.code;
    this.where = problem.where;
    this.hint = problem.hint;
    this.permanent = options?.permanent ?? false;
  }

  get problem(): Problem {
    return {
      code: this.code,
      message: this.message,
      ...(this.where === undefined ? {} : { where: this.where }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }
}

/** Whether the error says of itself that no other try can succeed. */
export const isPermanent = (error: unknown): boolean => error instanceof BenchbusError && error.permanent;

/** The problem an unknown error amounts to; its own if it has one. */
export function problemOf(error: unknown, code = 'INTERNAL'): Problem {
  if (error instanceof BenchbusError) return error.problem;
  return { code, message: error instanceof Error ? error.message : String(error) };
}

/** Somebody else appended to the aggregate first. */
export class VersionConflict extends BenchbusError {
  constructor(subject: string, expected: number, options?: ErrorOptions) {
    super(
      { code: 'VERSION_CONFLICT', message: `${subject} has moved on from version ${expected}`, where: subject },
      options,
    );
    this.name = 'VersionConflict';
  }
}

/** A draft that does not fit its schema or subject: a bug of the writer. */
export class InvalidEvent extends BenchbusError {
  constructor(name: string, message: string) {
    super({ code: 'INVALID_EVENT', message: `${name}: ${message}`, where: name }, { permanent: true });
    this.name = 'InvalidEvent';
  }
}

/** The server has no room for another fact: nothing was stored, nothing is lost, and all goes on when there is. */
export class LogFull extends BenchbusError {
  constructor(subject: string, options?: ErrorOptions) {
    super(
      {
        code: 'LOG_FULL',
        message: 'nats-server has no room for another message, and forgets none of the old ones for it',
        where: subject,
        hint: 'make room, and all goes on: docs/operations/archive.md',
      },
      options,
    );
    this.name = 'LogFull';
  }
}

export class WaitTimeout extends BenchbusError {
  constructor(what: string, timeoutMs: number) {
    super({ code: 'WAIT_TIMEOUT', message: `waited ${timeoutMs} ms for ${what}`, where: what });
    this.name = 'WaitTimeout';
  }
}

/** The answerer refused: carries its problem, code included. */
export class QuestionRefused extends BenchbusError {
  constructor(problem: Problem) {
    super(problem);
    this.name = 'QuestionRefused';
  }
}

/** Nobody answers the question, or not in time. */
export class NoAnswer extends BenchbusError {
  /** There is nobody who answers it, as the server knows for certain; false: somebody may, but did not in time. */
  readonly nobody: boolean;

  constructor(question: string, message: string, options?: ErrorOptions & { readonly nobody?: boolean }) {
    super(
      { code: 'NO_ANSWER', message: `${question}: ${message}`, where: question, hint: 'is the answering service up?' },
      options,
    );
    this.name = 'NoAnswer';
    this.nobody = options?.nobody ?? false;
  }
}

/** The server could not be reached (again) in time. */
export class NatsUnreachable extends BenchbusError {
  constructor(address: string, message: string, options?: ErrorOptions) {
    super(
      {
        code: 'NATS_UNREACHABLE',
        message: `NATS at ${address}: ${message}`,
        where: address,
        hint: 'check NATS_URL and that nats-server runs',
      },
      options,
    );
    this.name = 'NatsUnreachable';
  }
}
