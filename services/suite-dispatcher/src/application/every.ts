import { setTimeout } from 'node:timers/promises';

/**
 * Does `work` now and then again `ms` later, or sooner where it says so (in ms), until the signal aborts; an error does not
 * end it. For what no event tells (a comparison with another system), not for waiting.
 */
export async function every(
  ms: number,
  work: () => Promise<number | undefined>,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError: (error: unknown) => void },
): Promise<void> {
  const attempt = () =>
    work().catch((error: unknown) => {
      onError(error);
      return undefined;
    });
  try {
    for (;;) {
      const soon = (await attempt()) ?? ms;
      await setTimeout(Math.min(ms, soon), undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
