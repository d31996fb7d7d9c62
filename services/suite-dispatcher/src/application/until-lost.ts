import { setTimeout } from 'node:timers/promises';
import type { Liveness } from '@benchbus/events';

/** A watch breaks when the server is away for longer than the bus has patience, or refuses it. */
const AGAIN_MS = 5_000;

/** Resolves when nobody has held the key for `lostAfterMs`; a watch that breaks is begun again. Rejects when the signal aborts. */
export async function untilLost(
  liveness: Pick<Liveness, 'lost'>,
  key: string,
  lostAfterMs: number,
  signal: AbortSignal,
  againMs = AGAIN_MS,
): Promise<void> {
  for (;;) {
    try {
      return await liveness.lost(key, lostAfterMs, signal);
    } catch {
      await setTimeout(againMs, undefined, { signal, ref: false });
    }
  }
}
