import type { Logger } from 'pino';
import { ServerError, Status, type CallContext, type ServerMiddlewareCall } from 'nice-grpc';
import { bearerToken } from '../auth/token.ts';
import { Refusal, type RefusalReason } from '../engine-error.ts';

const STATUS: Readonly<Record<RefusalReason, Status>> = {
  'not-found': Status.NOT_FOUND,
  invalid: Status.INVALID_ARGUMENT,
  unsupported: Status.UNIMPLEMENTED,
  precondition: Status.FAILED_PRECONDITION,
};

/** Refuses calls without this engine's token, and translates refusals into gRPC statuses. */
export function guard(isAllowed: (token: string) => boolean, logger: Logger) {
  return async function* <Request, Response>(call: ServerMiddlewareCall<Request, Response>, context: CallContext) {
    const token = bearerToken(context.metadata.get('authorization'));
    if (token === undefined || !isAllowed(token)) {
      throw new ServerError(Status.UNAUTHENTICATED, 'invalid auth token: it was not issued by this engine');
    }
    try {
      return yield* call.next(call.request, context);
    } catch (error) {
      if (error instanceof Refusal) throw new ServerError(STATUS[error.reason], error.message);
      if (!(error instanceof ServerError) && !context.signal.aborted) {
        logger.error({ err: error, method: call.method.path }, 'call failed');
        throw new ServerError(Status.INTERNAL, `the engine failed in ${call.method.path}; see its log`);
      }
      throw error;
    }
  };
}
