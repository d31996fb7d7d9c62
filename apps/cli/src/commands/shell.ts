import { accessSync, constants } from 'node:fs';
import type { EventBus } from '@benchbus/events';
import { BenchbusError, subjects } from '@benchbus/events';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { openNode } from '../client/open-node.ts';
import { readHold } from '../client/read-holds.ts';
import { readLog } from '../client/read-log.ts';
import { runChild } from '../client/run-child.ts';
import type { Context } from '../context.ts';
import type { DeployedNode } from '../domain/find-node.ts';
import { findNode, knownNodes, NODE_SUBJECTS, parseNodeName } from '../domain/find-node.ts';
import type { RunHold } from '../domain/run-hold.ts';
import { shellEnvironment } from '../domain/shell-environment.ts';
import { keptText } from '../render/hold-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { GROUP, withExamples, withNats } from './options.ts';

export interface ShellArgs extends ServerOptions {
  readonly node: string;
  /** Empty: an interactive shell. */
  readonly command: readonly string[];
}

async function lookUp(bus: EventBus, text: string): Promise<DeployedNode> {
  const name = parseNodeName(text);
  if (name === undefined)
    throw new BenchbusError({
      code: 'ARGUMENT_INVALID',
      message: `${JSON.stringify(text)} names no node: NODE, RUN/NODE, or SUITE/NODE`,
      where: 'NODE',
      hint: 'for example benchbus shell pg, or benchbus shell quickstart-abc123-1-1/pg',
    });
  const found = findNode(name, knownNodes(await readLog(bus, NODE_SUBJECTS)));
  if ('problem' in found) throw new BenchbusError(found.problem);
  return found.found;
}

/** The first line: how long the node stays, and how to give it back. */
export function greeting({ runId, node }: DeployedNode, hold: RunHold, now: number): string {
  const here = `${runId}/${node.name} ${node.address}`;
  if (hold.state === 'kept')
    return `${here}: ${hold.outcome}, kept ${keptText(hold.until, now)}; give it back: benchbus release ${runId}`;
  if (hold.state === 'measuring')
    return `${here}: the run goes on (stage ${hold.stage}); what you do here disturbs what it measures`;
  return `${here}: the run is being released, this shell's node is going away`;
}

/** The user's own shell, if the one who runs it may; else bash. */
function shellOf(env: NodeJS.ProcessEnv): string {
  const wanted = env['SHELL'];
  if (!wanted?.startsWith('/')) return 'bash';
  try {
    accessSync(wanted, constants.X_OK);
    return wanted;
  } catch {
    return 'bash';
  }
}

/** Says it in the open shell when the run is released meanwhile: nothing waits for the shell. */
function warnOfRelease(bus: EventBus, runId: string, context: Context, signal: AbortSignal): void {
  const subject = subjects.run(runId);
  const probe = async () => (await bus.log.read(subject)).find(({ name }) => name === 'RunReleaseRequested');
  bus.log
    .waitFor([subject], probe, { what: `the release of ${runId}`, signal })
    .then(() => context.err(`\nbenchbus: run ${runId} is being released; this shell's node is going away`))
    .catch(() => undefined); // the shell ended first
}

/**
 * Opens a shell in a node of target `local` on this machine, or runs one command there; its exit code is ours. The shell is
 * a guest: it carries none of the run's labels, so that it is neither ended with the run nor counted as its leftover, and
 * the release waits for it no more than for any other client of the database.
 */
export const shell: Run<ShellArgs> = ({ node: text, command, nats }, context) =>
  withBus(findConnection(nats, context.env), async (bus) => {
    const where = await lookUp(bus, text);
    const { start, password, postgresBin, user } = await openNode(bus, where);
    // A database that is not of the run has the operator's password, by reference.
    const { connection } = where.plan;
    const own = 'host' in connection && where.plan.nodes.some(({ address }) => address === connection.host);
    const env = shellEnvironment(context.env, {
      where,
      password: own ? password : undefined,
      postgresBin,
      user,
      home: context.env['HOME'],
    });
    const options = { cwd: start, env, user };
    if (command.length > 0) return await runChild(command, options);
    const hold = await readHold(bus, where.runId, where.suiteId);
    context.err(greeting(where, hold, Date.now()));
    const ended = new AbortController();
    if (hold.state === 'kept' || hold.state === 'measuring') warnOfRelease(bus, where.runId, context, ended.signal);
    try {
      return await runChild([shellOf(context.env)], options);
    } finally {
      ended.abort();
    }
  });

export const register: Register = (program, act) => {
  const command = program
    .command('shell <node> [command...]')
    .usage('[options] [RUN/|SUITE/]NODE [-- COMMAND…]')
    .description('open a shell in a kept (or running) node of target local, or run a command there')
    .helpGroup(GROUP.reading)
    .action((node: string, words: string[], { nats }: { nats?: string }) => act(shell, { node, command: words, nats }));
  withNats(command);
  withExamples(
    command,
    ['shell pg', 'if one run alone has a node pg; psql connects to it as it is'],
    ['shell quickstart-abc123-1-1/pg', 'the node of this run'],
    ['shell quickstart-abc123/pg', 'if one run alone of this suite has it'],
    ["shell pg -- psql -c 'select 1'", "one command; its exit code is benchbus's"],
  );
};
