import type { EventBus, LogLine } from '@benchbus/events';
import { BenchbusError, subjects } from '@benchbus/events';
import { findRun, requireId } from '../client/find-subject.ts';
import { followBoard } from '../client/read-board.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { RunCard } from '../domain/board/board.ts';
import { printers, unknownPrinter } from '../domain/printers.ts';
import { EXIT } from '../exit-codes.ts';
import { utcTime } from '../render/list-text.ts';
import type { Paint } from '../render/style.ts';
import { terminalSafe } from '../render/terminal-safe.ts';
import { watchInterrupts } from '../stack/interrupts.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

export interface LogsArgs extends ServerOptions {
  readonly runId: string;
  readonly node?: string | undefined;
  readonly container?: string | undefined;
  readonly follow: boolean;
  readonly json: boolean;
}

const CONTAINERS = 'runner, postgres, and the load tool by its name (pgbench)';

const lineText = ({ time, node, container, line }: LogLine, paint: Paint): string =>
  `${paint('dim', utcTime(time))}  ${paint('cyan', `${node}/${container}`)}  ${terminalSafe(line)}`;

function nothingThere({ runId, phase }: RunCard, filtered: boolean): string {
  if (filtered) return `no lines of that node and container; there are: ${CONTAINERS}. Try benchbus logs ${runId}`;
  if (phase === 'queued' || phase === 'network' || phase === 'provision')
    return `no lines yet: the run is in ${phase}; --follow waits for them, benchbus status ${runId} says why it waits`;
  return `no lines: they are kept for three days. Its artifacts have what the tools printed: benchbus results`;
}

/** Nodes of a run's plan, and of each what prints lines; undefined: nothing is planned yet. */
async function printersOf(bus: EventBus, runId: string): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const events = await bus.log.read(subjects.deployment(runId));
  const planned = events.findLast((event) => event.name === 'PlacementPlanned');
  return planned && printers(planned.data.plan);
}

/** Prints what the programs of a run printed: what is there, and with `follow` what comes, until the run is released. */
export const logs: Run<LogsArgs> = async ({ runId, node, container, follow, json, nats }, context) => {
  requireId(runId, 'RUN');
  if (node !== undefined) requireId(node, '--node');
  if (container !== undefined) requireId(container, '--container');
  const interrupts = watchInterrupts();
  try {
    await withBus(findConnection(nats, context.env), async (bus) => {
      const over = Promise.withResolvers<undefined>();
      const caughtUp = Promise.withResolvers<undefined>();
      const end = (): void => {
        over.resolve(undefined);
        caughtUp.resolve(undefined);
      };
      interrupts.first.addEventListener('abort', end, { once: true });
      if (interrupts.first.aborted) end();
      const { board, stop } = await followBoard(bus, () => {
        if (board.runs.get(runId)?.phase === 'released') over.resolve(undefined);
      });
      const run = findRun(board, runId);
      const there = await printersOf(bus, runId);
      const wrong = there && unknownPrinter(runId, there, { node, container });
      if (wrong?.code === 'NODE_UNKNOWN') throw new BenchbusError(wrong);
      if (run.phase === 'released') over.resolve(undefined);
      let lines = 0;
      const watching = await bus.telemetry.watchLog(
        { runId, node, container },
        {
          onLine: (line) => {
            lines += 1;
            context.out(json ? JSON.stringify(line) : lineText(line, context.paint));
          },
          onCaughtUp: () => caughtUp.resolve(undefined),
        },
      );
      await caughtUp.promise;
      // A program that prints lines exists, whatever the plan says.
      if (lines === 0 && wrong) throw new BenchbusError(wrong);
      if (lines === 0 && !json) context.err(nothingThere(run, node !== undefined || container !== undefined));
      if (follow) await over.promise;
      await Promise.all([watching.stop(), stop()]);
    });
  } finally {
    interrupts.dispose();
  }
  // Ending a follow by Ctrl-C is how one ends it: a success.
  return EXIT.success;
};

interface Options {
  readonly node?: string;
  readonly container?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly nats?: string;
}

export const register: Register = (program, act) => {
  const command = program
    .command('logs <run>')
    .description("print what a run's programs print: edge runners, PostgreSQL, the load tool")
    .helpGroup(GROUP.reading)
    .option('--node <name>', 'only of this node')
    .option('--container <name>', `only of this program: ${CONTAINERS}`)
    .option('--follow', 'go on until the run is released, or Ctrl-C')
    .action((runId: string, { node, container, follow, json, nats }: Options) =>
      act(logs, { runId, node, container, follow: flag(follow), json: flag(json), nats }),
    );
  withJson(command, 'one line a line: {runId, node, container, time, line}');
  withNats(command);
  withExamples(
    command,
    ['logs quickstart-abc123-1-1', 'everything so far, in the order it was published'],
    ['logs quickstart-abc123-1-1 --container postgres --follow', "the servers' logs, as they grow"],
    ['logs quickstart-abc123-1-1 --node load --json', 'for a script'],
  );
};
