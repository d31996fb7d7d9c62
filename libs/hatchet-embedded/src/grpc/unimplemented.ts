import { ServerError, Status } from 'nice-grpc';

/** Answers a call the engine does not know, with a sentence that says what is lacking. */
export function unimplemented(what: string): ServerError {
  return new ServerError(Status.UNIMPLEMENTED, `the embedded engine has no ${what}; use a real Hatchet engine for it`);
}

/** A unary method that is lacking. */
export const lacking = (what: string) => async (): Promise<never> => Promise.reject(unimplemented(what));

/** A server-streaming method that is lacking. */
export const lackingStream = (what: string) =>
  // eslint-disable-next-line require-yield -- the type of a stream is needed, its first pull throws
  async function* (): AsyncGenerator<never, void, undefined> {
    await Promise.reject(unimplemented(what));
  };
