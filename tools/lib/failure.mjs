/** Something the user has to act on: printed as `CODE: message` and what to do, without a stack. */
export class Failure extends Error {
  /** @param {{ code: string, message: string, hint?: string, exitCode?: number }} problem */
  constructor({ code, message, hint, exitCode = 3 }) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Runs a tool's main function; its number becomes the exit code, a Failure a readable message. */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`${error.code}: ${error.message}${error.hint ? `\n${error.hint}` : ''}`);
    process.exitCode = error.exitCode;
  }
}
