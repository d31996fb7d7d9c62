import type { Logger } from 'pino';

export interface Janitor {
  readonly first: Promise<void>;
  /** One more sweep that begins after now; it follows the one that is under way. Never rejects. */
  again(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Sweeps now, every `intervalMs` and when asked to, never two at once. A timer is right here: what it looks for are leases that
 * ran out and things that died unseen, of which nobody sends a message.
 */
export function startJanitor(sweepOnce: () => Promise<unknown>, intervalMs: number, logger: Logger): Janitor {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let stopped = false;
  const tick = (): Promise<void> => {
    running ??= sweepOnce()
      .then(() => undefined)
      .catch((error: unknown) => logger.error({ err: error }, 'the janitor failed'))
      .finally(() => (running = undefined));
    return running;
  };
  const again = (): Promise<void> =>
    (next ??= (running ?? Promise.resolve()).then(() => {
      next = undefined;
      return stopped ? undefined : tick();
    }));
  const first = tick();
  const timer = setInterval(() => void tick(), intervalMs);
  return {
    first,
    again,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
