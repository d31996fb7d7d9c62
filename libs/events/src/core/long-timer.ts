/** The longest delay setTimeout can hold (24.8 days); a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface LongTimer {
  /** After this, the callback is not called any more. May be called twice. */
  cancel(): void;
}

/**
 * setTimeout for any length: what a timer cannot hold is slept in parts, until the real deadline.
 * @param delayMs milliseconds; Infinity never fires
 * @param options.unref true: does not keep the process alive
 */
export function startLongTimer(
  callback: () => void,
  delayMs: number,
  { unref = false }: { readonly unref?: boolean } = {},
): LongTimer {
  const deadline = performance.now() + delayMs;
  let timer: NodeJS.Timeout;
  const arm = (left: number): void => {
    const last = left <= LONGEST_TIMER_MS;
    timer = setTimeout(
      () => (last ? callback() : arm(Math.max(0, deadline - performance.now()))),
      last ? left : LONGEST_TIMER_MS,
    );
    if (unref) timer.unref();
  };
  arm(delayMs);
  return { cancel: () => clearTimeout(timer) };
}
