import { startLongTimer, type LongTimer } from '@benchbus/events';

/** Times at which something is to be looked at again, one for each name. They are this process's: what they wait for is in the log. */
export interface Clocks {
  /** Rings at `at` (ms since the epoch), once; what was set for this name before does not. */
  set(name: string, at: number, ring: () => Promise<unknown>): void;
  cancel(name: string): void;
  /** How many are set. */
  readonly size: number;
  /** None rings any more; resolves when those that ring are through. */
  stop(): Promise<void>;
}

export interface ClockOptions {
  /** ms since the epoch */
  readonly clock: () => number;
  readonly onError: (error: unknown, name: string) => void;
}

export function createClocks({ clock, onError }: ClockOptions): Clocks {
  const timers = new Map<string, LongTimer>();
  const ringing = new Set<Promise<unknown>>();
  let stopped = false;

  const cancel = (name: string): void => {
    timers.get(name)?.cancel();
    timers.delete(name);
  };
  return {
    set(name, at, ring) {
      cancel(name);
      if (stopped) return;
      const fire = () => {
        timers.delete(name);
        const rung = ring()
          .catch((error: unknown) => onError(error, name))
          .finally(() => ringing.delete(rung));
        ringing.add(rung);
      };
      timers.set(name, startLongTimer(fire, Math.max(1, at - clock()), { unref: true }));
    },
    cancel,
    get size() {
      return timers.size;
    },
    async stop() {
      stopped = true;
      for (const name of [...timers.keys()]) cancel(name);
      await Promise.all(ringing);
    },
  };
}
