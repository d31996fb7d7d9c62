import { BenchbusError, type DeadLetterSummary, type EventBus, type Progress } from '@benchbus/events';
import { findSubject, requireId } from '../client/find-subject.ts';
import { readBoard } from '../client/read-board.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { Board } from '../domain/board/board.ts';
import { overviewOf, viewRun, viewSuite } from '../domain/board/views.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { StatusExtras } from '../render/status-text.ts';
import { overviewText, runText, suiteText } from '../render/status-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

export interface StatusArgs extends ServerOptions {
  readonly id?: string | undefined;
  readonly json: boolean;
}

/** Questions to the server are bounded, however many runs are open. */
const MAX_PROGRESS = 50;
const MAX_DEAD_LETTERS = 5;

/** The latest progress of the runs that are in a stage which has some. */
async function progressOf(bus: EventBus, board: Board, id: string | undefined): Promise<Map<string, Progress>> {
  const wanted = [...board.runs.values()]
    .filter((run) => run.phase === 'workload' && (id === undefined || run.runId === id || run.suiteId === id))
    .slice(0, MAX_PROGRESS);
  const found = await Promise.all(
    wanted.map(async (run) => {
      const progress = await bus.telemetry.lastProgress(run.runId);
      // Of an earlier attempt, perhaps: that says nothing about this one.
      return progress !== undefined && progress.time >= run.since ? ([[run.runId, progress]] as const) : [];
    }),
  );
  return new Map(found.flat());
}

/** Undefined for who may not look at them. */
async function lettersOf(bus: EventBus): Promise<DeadLetterSummary[] | undefined> {
  try {
    return await bus.deadLetters.list();
  } catch (error) {
    if (error instanceof BenchbusError && error.code === 'NATS_NOT_PERMITTED') return undefined;
    throw error;
  }
}

function print(
  json: boolean,
  context: Context,
  view: object,
  progress: StatusExtras['progress'],
  text: () => string,
): void {
  if (json) context.out(JSON.stringify({ ok: true, ...view, progress: Object.fromEntries(progress) }));
  else context.out(text());
}

/** Prints where everything stands, or one suite or run: from the log, with the latest progress. */
export const status: Run<StatusArgs> = async ({ id, json, nats }, context) => {
  if (id !== undefined) requireId(id, 'SUITE|RUN');
  await withBus(findConnection(nats, context.env), async (bus) => {
    const board = await readBoard(bus);
    const subject = id === undefined ? undefined : findSubject(board, id);
    const progress = await progressOf(bus, board, id);
    const now = Date.now();
    const extras = { progress, now, paint: context.paint };
    if (subject?.run) {
      const run = viewRun(board, subject.run);
      print(json, context, { run }, progress, () => runText(run, extras));
    } else if (subject?.suite) {
      const suite = viewSuite(board, subject.suite, now);
      print(json, context, { suite }, progress, () => suiteText(suite, extras));
    } else {
      const letters = await lettersOf(bus);
      const newestDeadLetters = letters?.slice(0, MAX_DEAD_LETTERS) ?? [];
      const overview = { ...overviewOf(board, now), deadLetters: letters?.length, newestDeadLetters };
      print(json, context, overview, progress, () => overviewText(overview, extras));
    }
  });
  return EXIT.success;
};

export const register: Register = (program, act) => {
  const command = program
    .command('status [suite|run]')
    .description('show what is open, why it waits, what is in use; or one suite or run')
    .helpGroup(GROUP.reading)
    .action((id: string | undefined, { json, nats }: { json?: boolean; nats?: string }) =>
      act(status, { id, json: flag(json), nats }),
    );
  withJson(
    command,
    '{ok: true, suites, hosts, queue: [run], blocks, kept, overdue, deadLetters?, newestDeadLetters: [letter, as `dead-letters list` prints it], progress}; of a suite {ok: true, suite: {suiteId, …, runs: [run]}, progress}; of a run {ok: true, run, progress}. A run is {runId, suiteId, test, repeat, phase, attempt, since, until?, outcome?, problem?, tps?, waiting?: {code, reason, runs}, holds?: {hostId, hostname, grant, blocks, nodes}, overdue}; progress is {<runId>: {activity, tps?, latencyAverageMs?, done?, time}}',
  );
  withNats(command);
  withExamples(
    command,
    ['status', 'open suites and runs, hosts, leases, kept nodes'],
    ['status quickstart-abc123', 'each of its runs, and why it waits'],
    ['status quickstart-abc123-1-1', 'its stage, what it holds, its progress'],
  );
};
