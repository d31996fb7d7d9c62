import { once } from 'node:events';
import { BenchbusError, runsOfEvent, subjects, type AnyRecorded, type EventBus } from '@benchbus/events';
import { saveBoard } from '../client/board-snapshot.ts';
import { requireId } from '../client/find-subject.ts';
import { foldLog } from '../client/fold-log.ts';
import { unknownSuite } from '../client/load-suite-events.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { Context } from '../context.ts';
import { evolveBoard } from '../domain/board/evolve.ts';
import { plural } from '../domain/plural.ts';
import { isBeyond, parseAsOf, replayed, SuiteDetails, type AsOf, type Replayed } from '../domain/replayed.ts';
import { SuiteScope } from '../domain/suite-scope.ts';
import { EXIT } from '../exit-codes.ts';
import { replayText } from '../render/replay-text.ts';
import { watchInterrupts } from '../stack/interrupts.ts';
import type { LogOptions, Register, Run } from './command.ts';
import { flag, GROUP, withExamples, withJson, withLog } from './options.ts';
import type { LogFlags } from './options.ts';

export interface ReplayArgs extends LogOptions {
  readonly suite?: string | undefined;
  readonly run?: string | undefined;
  readonly asOf?: string | undefined;
  readonly rebuild: boolean;
  readonly follow: boolean;
  readonly json: boolean;
}

const invalid = (message: string, where: string, hint: string): BenchbusError =>
  new BenchbusError({ code: 'ARGUMENT_INVALID', message, where, hint });

function momentOf(text: string | undefined): AsOf | undefined {
  if (text === undefined) return undefined;
  const moment = parseAsOf(text);
  if (moment !== undefined) return moment;
  const hint = '#sequences stand in `benchbus events`: --as-of 33, or --as-of 2026-11-28T10:00:00Z';
  throw invalid(`${JSON.stringify(text)} is neither a sequence nor a time`, '--as-of', hint);
}

/** Which suite, and which of its runs. @throws BenchbusError SUITE_UNKNOWN | ARGUMENT_INVALID */
async function suiteFor(bus: EventBus, { suite, run }: ReplayArgs): Promise<string> {
  if (suite !== undefined) return suite;
  const [queued] = await bus.log.read(subjects.run(run ?? ''));
  if (queued === undefined) throw unknownSuite(run ?? '');
  return queued.correlation;
}

/** Of the archive nothing is kept: who reads it changes nothing, and it may be behind, or of another log. */
async function rebuild(bus: EventBus, { json, archive }: ReplayArgs, context: Context): Promise<void> {
  const { board, sequence, events } = await foldLog(bus, 'rebuilding', () => true);
  const kept = !archive && (await saveBoard(bus, board, sequence));
  const counts = { events, sequence, suites: board.suites.size, runs: board.runs.size, hosts: board.hosts.size };
  const { suites, runs, hosts } = counts;
  const text = `${plural(events, 'event')}: ${plural(suites, 'suite')}, ${plural(runs, 'run')}, ${plural(hosts, 'host')}`;
  if (json) context.out(JSON.stringify({ ok: true, ...counts, kept }));
  else context.out(`${text}${kept || archive ? '' : '; too large to be kept'}`);
}

async function replaySuite(bus: EventBus, args: ReplayArgs, context: Context, until: AbortSignal): Promise<void> {
  const { run, json, follow } = args;
  const asOf = momentOf(args.asOf);
  const suiteId = await suiteFor(bus, args);
  const details = new SuiteDetails();
  const scope = new SuiteScope(suiteId);
  let latest: AnyRecorded | undefined;
  const take = (event: AnyRecorded): boolean => {
    details.take(event);
    const runs = runsOfEvent(event);
    const concerns = scope.concerns(event) && (run === undefined || runs.length === 0 || runs.includes(run));
    if (concerns) latest = event;
    return concerns;
  };
  const show = (state: Replayed): void =>
    context.out(json ? JSON.stringify({ ok: true, ...state }) : replayText(state, context.paint));
  const { board, sequence } = await foldLog(bus, 'replaying', (event) => !isBeyond(event, asOf), take);
  const state = latest && replayed(board, details, suiteId, latest, run);
  if (state === undefined) {
    if ((await bus.log.read(subjects.suite(suiteId))).length === 0) throw unknownSuite(suiteId);
    throw invalid(`${suiteId} was not there yet`, '--as-of', '`benchbus events --suite` shows when it came');
  }
  show(state);
  if (!follow) return;
  const outdated = Promise.withResolvers<never>();
  outdated.promise.catch(() => undefined); // rejected before anybody waits, perhaps
  const following = await bus.log.follow({
    from: sequence + 1,
    onTooNew: outdated.reject,
    onEvent: (event) => {
      evolveBoard(board, event);
      const next = take(event) ? replayed(board, details, suiteId, event, run) : undefined;
      if (next) show(next);
    },
  });
  const ended = until.aborted ? undefined : once(until, 'abort');
  await Promise.race([ended, outdated.promise]).finally(() => following.stop());
}

/** Rebuilds state from the log alone: of a suite or a run, as it is or was. */
export const replay: Run<ReplayArgs> = async (args, context) => {
  const { suite, run, follow, asOf } = args;
  const id = suite ?? run;
  if (args.rebuild ? id !== undefined : (suite === undefined) === (run === undefined))
    throw invalid('needs one of --suite, --run and --rebuild', 'benchbus replay', '`benchbus list` shows suites');
  if (id !== undefined) requireId(id, suite === undefined ? '--run' : '--suite');
  if (follow && asOf !== undefined) throw invalid('the past does not go on', '--follow', 'leave --as-of out');
  momentOf(asOf);
  const interrupts = watchInterrupts();
  try {
    const read = (bus: EventBus): Promise<void> =>
      args.rebuild ? rebuild(bus, args, context) : replaySuite(bus, args, context, interrupts.first);
    await withBus(findConnection(args.nats, context.env), read, { archive: args.archive });
  } finally {
    interrupts.dispose();
  }
  return EXIT.success;
};

interface Options extends LogFlags {
  readonly suite?: string;
  readonly run?: string;
  readonly asOf?: string;
  readonly rebuild?: boolean;
  readonly follow?: boolean;
}

export const register: Register = (program, act) => {
  const command = program
    .command('replay')
    .description('rebuild the state of a suite or a run from the log alone, as it is or was')
    .helpGroup(GROUP.reading)
    .option('--suite <id>', 'of this suite')
    .option('--run <id>', 'of this run')
    .option('--as-of <moment>', 'a sequence, or a time: what was appended up to then')
    .option('--follow', 'go on with every event, until Ctrl-C')
    .option('--rebuild', 'fold the whole log anew for `list` and `status`, and keep the outcome')
    .action(({ rebuild: again, follow, json, archive, ...given }: Options) =>
      act(replay, { ...given, rebuild: flag(again), follow: flag(follow), json: flag(json), archive: flag(archive) }),
    );
  withJson(
    command,
    '{ok, sequence, time, suite: {suiteId, state, …, runs: [{runId, phase, …, holds?, topology: [{name, purpose, address, processes, state}], summary?, artifacts}]}}, one a line with --follow; --rebuild {ok, events, sequence, suites, runs, hosts, kept}',
  );
  withLog(command);
  withExamples(
    command,
    ['replay --suite quickstart-abc123', 'topology, stage, leases and results, from the log alone'],
    ['replay --run quickstart-abc123-1-1 --as-of 33', 'as it was after that event'],
    ['replay --suite quickstart-abc123 --as-of 2026-11-28T10:00:00Z', 'as it was at that time'],
    ['replay --rebuild', 'the projections of list and status, from the first event'],
  );
};
