/** The engine takes no longer ones. */
const LONGEST = 1000;

/** What of the SDK's context is needed to write a line that the dashboard shows at the task. */
interface TaskContext {
  readonly logger: { info(message: string): Promise<unknown> };
}

/**
 * Writes lines that the engine's dashboard shows at a task, one after the other: sent at once they could change places.
 * Nobody waits for them, and nothing depends on them: an engine that does not take one loses it.
 */
export function taskLog({ logger }: TaskContext): (line: string) => void {
  let last: Promise<unknown> = Promise.resolve();
  return (line) => {
    last = last.then(() => logger.info(line.slice(0, LONGEST))).catch(() => undefined);
  };
}
