/** What Ctrl-C means here: the first asks to end, the second ends at once. */
export interface Interrupts {
  /** Aborts at the first SIGINT or SIGTERM, or when whoever started us is gone. */
  readonly first: AbortSignal;
  /** Called (synchronously) at the second. */
  onSecond(act: () => void): void;
  dispose(): void;
}

/** Exit code of a program that the user interrupted (128 + SIGINT). */
const INTERRUPTED = 130;

export function watchInterrupts(): Interrupts {
  const controller = new AbortController();
  const acts: (() => void)[] = [];
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      controller.abort(new Error('interrupted'));
      return;
    }
    for (const act of acts) act();
    process.exit(INTERRUPTED);
  };
  // tools/lib/launch-cli.mjs holds an IPC channel to us: it closes when the launcher was killed.
  const onDisconnect = (): void => controller.abort(new Error('the launcher is gone'));
  const isChannelUsed = process.listenerCount('message') + process.listenerCount('disconnect') > 0;
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal).on('disconnect', onDisconnect);
  // Listening to it alone must not keep us alive; who else lives by it (a test runner's worker) goes on to.
  if (!isChannelUsed) process.channel?.unref();
  return {
    first: controller.signal,
    onSecond: (act) => void acts.push(act),
    dispose: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal).off('disconnect', onDisconnect);
    },
  };
}
