import { BenchbusError } from '@benchbus/events';
import { readBoard } from '../client/read-board.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { ListState } from '../domain/board/views.ts';
import { LIST_STATES, listSuites } from '../domain/board/views.ts';
import { EXIT } from '../exit-codes.ts';
import { listText } from '../render/list-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

export interface ListArgs extends ServerOptions {
  readonly state?: string | undefined;
  readonly limit: string;
  readonly json: boolean;
}

const isListState = (state: string): state is ListState => LIST_STATES.some((known) => known === state);

function checked({ state, limit }: ListArgs): { state: ListState | undefined; limit: number } {
  const invalid = (where: string, message: string): BenchbusError =>
    new BenchbusError({ code: 'ARGUMENT_INVALID', message, where });
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1) throw invalid('--limit', `${limit} is no number of suites, from 1`);
  if (state === undefined) return { state, limit: count };
  if (!isListState(state)) throw invalid('--state', `${state} is no state: ${LIST_STATES.join(', ')}`);
  return { state, limit: count };
}

/** Prints the suites the log knows, the newest first. */
export const list: Run<ListArgs> = async (args, context) => {
  const { state, limit } = checked(args);
  const board = await withBus(findConnection(args.nats, context.env), readBoard);
  const suites = listSuites(board, { now: Date.now(), state, limit });
  if (args.json) context.out(JSON.stringify({ ok: true, suites }));
  else if (suites.length > 0) context.out(listText(suites, context.paint));
  else if (board.suites.size > 0) context.err(`none of ${board.suites.size} suites is ${state}`);
  else context.err('no suite was requested yet: benchbus run examples/quickstart.yaml --wait');
  return EXIT.success;
};

interface Options {
  readonly state?: string;
  readonly limit: string;
  readonly json?: boolean;
  readonly nats?: string;
}

export const register: Register = (program, act) => {
  const command = program
    .command('list')
    .description('list suites, the newest first')
    .helpGroup(GROUP.reading)
    .option('--state <state>', `only these: ${LIST_STATES.join(', ')}`)
    .option('--limit <n>', 'at most so many', '20')
    .action(({ state, limit, json, nats }: Options) => act(list, { state, limit, json: flag(json), nats }));
  withJson(
    command,
    '{ok: true, suites: [{suiteId, name, state: running | cancelling | completed | failed | cancelled | rejected, counts: {done, failed, total}, requestedAt, endedAt?, durationMs}]}',
  );
  withNats(command);
  withExamples(
    command,
    ['list', 'the last twenty suites'],
    ['list --state open', 'what is going on'],
    ["list --state failed --limit 1 --json | jq -r '.suites[0].suiteId'", 'the last one that failed'],
  );
};
