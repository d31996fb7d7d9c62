import type { Logger } from 'pino';

/**
 * Sweeps now and every `intervalMs`, never two at once. A timer is right here: what it looks for are leases that ran out
 * and things that died unseen, of which nobody sends a message.
 */
export function startJanitor(
  sweepOnce: () => Promise<unknown>,
  intervalMs: number,
  logger: Logger,
): { readonly first: Promise<void>; stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const tick = (): Promise<void> => {
    running ??= sweepOnce()
      .then(() => undefined)
      .catch((error: unknown) => logger.error({ err: error }, 'the janitor failed'))
      .finally(() => (running = undefined));
    return running;
  };
  const first = tick();
  const timer = setInterval(() => void tick(), intervalMs);
  return {
    first,
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
