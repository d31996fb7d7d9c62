/** Resolves when the signal aborts, at once if it has: unlike `once(signal, 'abort')`, which then waits for ever. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
