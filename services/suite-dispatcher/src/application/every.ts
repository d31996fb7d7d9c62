import { setInterval } from 'node:timers/promises';

/**
 * Does `work` now and then every `ms`, one at a time, until the signal aborts; an error does not end it.
 * For what no event tells (a comparison with another system), not for waiting.
 */
export async function every(
  ms: number,
  work: () => Promise<void>,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError: (error: unknown) => void },
): Promise<void> {
  const attempt = () => work().catch(onError);
  await attempt();
  try {
    for await (const _ of setInterval(ms, undefined, { signal })) await attempt();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
