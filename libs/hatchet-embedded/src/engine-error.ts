/** An error for the people who run the engine: stable code, what was wrong, what to do. */
export class EngineError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

export type RefusalReason = 'not-found' | 'invalid' | 'unsupported' | 'precondition';

/** A request the engine refuses; the gRPC and REST layers translate the reason into their status codes. */
export class Refusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.name = 'Refusal';
    this.reason = reason;
  }
}
