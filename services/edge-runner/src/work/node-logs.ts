import { stat } from 'node:fs/promises';
import { problemOf } from '@benchbus/events';
import { tapLogLines } from '@benchbus/service';
import { runnerLine } from '../domain/runner-line.ts';
import { serverFiles } from '../runtime/postgres/index.ts';
import { makeOwnedDir } from '../runtime/process/files.ts';
import { followFile } from '../runtime/process/follow-file.ts';
import type { LogPublisher } from './log-publisher.ts';
import type { RunnerContext } from './runner-context.ts';

/** Publishes the runner's own lines from now on (container `runner`). */
export const publishRunnerLog = (logger: RunnerContext['logger'], logs: LogPublisher): (() => void) =>
  tapLogLines(logger, (line) => logs.line('runner', runnerLine(line)));

/**
 * Publishes what the node's server logs (container `postgres`): from its first line, or, where an earlier runner has done so
 * already, from now on. Never rejects: a run is not worse for lacking these lines.
 */
export async function publishServerLog(context: Omit<RunnerContext, 'watch'>): Promise<{ stop(): Promise<void> }> {
  const { config, user, logger, logs } = context;
  const { home, log } = serverFiles(config.BENCHBUS_NODE_DIR);
  try {
    await makeOwnedDir(home, user);
    const known = await stat(log).catch(() => undefined);
    return await followFile(log, {
      from: known === undefined ? 'start' : 'end',
      onLine: (line) => logs.line('postgres', line),
      onSkipped: (bytes) => logs.line('postgres', `… ${bytes} bytes left out (the log grows faster than it is read)`),
    });
  } catch (error) {
    logger.warn({ ...problemOf(error) }, "the server's log will not be published");
    return { stop: () => Promise.resolve() };
  }
}
