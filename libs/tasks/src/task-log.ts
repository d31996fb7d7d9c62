/** The engine takes no longer ones. */
const LONGEST = 1000;

/** What of the SDK's context is needed to write a line that the dashboard shows at the task. */
interface TaskContext {
  readonly logger: { info(message: string): Promise<unknown> };
}

/**
 * Writes lines that the engine's dashboard shows at a task. Nobody waits for them, and nothing depends on them: an engine
 * that does not take one loses it.
 */
export const taskLog =
  (context: TaskContext) =>
  (line: string): void =>
    void context.logger.info(line.slice(0, LONGEST)).catch(() => undefined);
