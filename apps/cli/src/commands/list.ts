import { BenchbusError } from '@benchbus/events';
import { Option } from 'commander';
import { readBoard } from '../client/read-board.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { ListState } from '../domain/board/views.ts';
import { LIST_STATES, listSuites } from '../domain/board/views.ts';
import { EXIT } from '../exit-codes.ts';
import { listText } from '../render/list-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';
import type { ServerFlags } from './options.ts';

export interface ListArgs extends ServerOptions {
  readonly state?: ListState | undefined;
  readonly limit: string;
  readonly json: boolean;
}

/** @throws BenchbusError ARGUMENT_INVALID */
function countOf(limit: string): number {
  const count = Number(limit);
  if (Number.isInteger(count) && count >= 1) return count;
  const message = `${limit} is no number of suites, from 1`;
  throw new BenchbusError({ code: 'ARGUMENT_INVALID', message, where: '--limit' });
}

/** Prints the suites the log knows, the newest first. */
export const list: Run<ListArgs> = async (args, context) => {
  const { state } = args;
  const limit = countOf(args.limit);
  const board = await withBus(findConnection(args.nats, context.env), readBoard);
  const suites = listSuites(board, { now: Date.now(), state, limit });
  if (args.json) context.out(JSON.stringify({ ok: true, suites }));
  else if (suites.length > 0) context.out(listText(suites, context.paint));
  else if (board.suites.size > 0) context.err(`none of ${board.suites.size} suites is ${state}`);
  else context.err('no suite was requested yet: benchbus run examples/quickstart.yaml --wait');
  return EXIT.success;
};

interface Options extends ServerFlags {
  readonly state?: ListState;
  readonly limit: string;
}

export const register: Register = (program, act) => {
  const command = program
    .command('list')
    .description('list suites, the newest first')
    .helpGroup(GROUP.reading)
    .addOption(new Option('--state <state>', 'only these').choices(LIST_STATES))
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
