import type { Logger } from 'pino';

export type LogTap = (line: string) => void;

/** Listeners of each root logger. */
const tapsOf = new WeakMap<Logger, Set<LogTap>>();

/** Hands every line on to the listeners; what fails there, or logs, changes nothing here. */
export function createTaps(): { readonly taps: Set<LogTap>; readonly hear: (line: string) => void } {
  const taps = new Set<LogTap>();
  let hearing = false;
  const hear = (line: string): void => {
    if (hearing || taps.size === 0) return;
    hearing = true;
    try {
      for (const tap of taps) tap(line);
    } catch {
      // Listening is a courtesy: the line itself is written in any case.
    } finally {
      hearing = false;
    }
  };
  return { taps, hear };
}

export const setTaps = (logger: Logger, taps: Set<LogTap>): void => void tapsOf.set(logger, taps);

/**
 * Hears every line that a root logger of createLogger and its children write from now on: JSON, secrets removed, a newline at
 * its end. A line that the listener itself causes is not heard. Returns how to stop that.
 */
export function tapLogLines(logger: Logger, tap: LogTap): () => void {
  const taps = tapsOf.get(logger);
  taps?.add(tap);
  return () => void taps?.delete(tap);
}
