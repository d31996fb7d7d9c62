import { BenchbusError } from '@benchbus/events';

/** It is not so now, and may become so: the message says why. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}

/** @throws NotYet */
export function unless(holds: boolean, reason: string): asserts holds {
  if (!holds) throw new NotYet(reason);
}

/** What is not so when it is to be proven is an error with a place. @throws BenchbusError PROOF_FAILED */
export async function mustBe<T>(where: string, proof: () => Promise<T>): Promise<T> {
  try {
    return await proof();
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    throw new BenchbusError(
      {
        code: 'PROOF_FAILED',
        message: error.message,
        where,
        hint: "the process ran a moment ago: its log, kept with the run's artifacts, says what happened",
      },
      { cause: error },
    );
  }
}
