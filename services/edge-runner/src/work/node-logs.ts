import { problemOf } from '@benchbus/events';
import { tapLogLines } from '@benchbus/service';
import type { PlannedNode, PlannedProcess } from '@benchbus/suites';
import { runnerLine } from '../domain/runner-line.ts';
import type { LogPublisher } from './log-publisher.ts';
import type { RunnerContext } from './runner-context.ts';

/** Publishes the runner's own lines from now on (container `runner`). */
export const publishRunnerLog = (logger: RunnerContext['logger'], logs: LogPublisher): (() => void) =>
  tapLogLines(logger, (line) => logs.line('runner', runnerLine(line)));

type Publishing = Pick<RunnerContext, 'host' | 'logger' | 'logs'>;

/** Says that an earlier runner has published the log so far. */
const PUBLISHED = 'published';

async function publishOne({ host, logger, logs }: Publishing, planned: PlannedProcess) {
  const { kind } = planned;
  try {
    const hosted = await host.process(planned);
    const known = (await hosted.readNote(PUBLISHED)) !== undefined;
    await hosted.writeNote(PUBLISHED, '{}');
    return await hosted.followLog({
      from: known ? 'end' : 'start',
      onLine: (line) => logs.line(kind, line),
      onSkipped: (bytes) => logs.line(kind, `… ${bytes} bytes left out (the log grows faster than it is read)`),
    });
  } catch (error) {
    logger.warn({ ...problemOf(error), process: kind }, 'the log of a process will not be published');
    return { stop: () => Promise.resolve() };
  }
}

/**
 * Publishes what the node's processes log (container: the kind of process): from the first line, or, where an earlier runner
 * has done so already, from now on. Never rejects: a run is not worse for lacking these lines.
 */
export async function publishProcessLogs(context: Publishing, { processes }: PlannedNode) {
  const following = await Promise.all(processes.map((planned) => publishOne(context, planned)));
  return { stop: async () => void (await Promise.all(following.map((log) => log.stop()))) };
}
