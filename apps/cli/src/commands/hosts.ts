import { BenchbusError, hostGone, provisionerDurable, type EventBus } from '@benchbus/events';
import { Argument } from 'commander';
import { readBoard } from '../client/read-board.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { Context } from '../context.ts';
import { findHost, hostsOf } from '../domain/board/host-lines.ts';
import { plural } from '../domain/plural.ts';
import { EXIT } from '../exit-codes.ts';
import { onTerminal } from '../init/ask.ts';
import { hostsText } from '../render/hosts-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats, type ServerFlags } from './options.ts';

const ACTIONS = ['list', 'gone'] as const;
type Action = (typeof ACTIONS)[number];

export interface HostsArgs extends ServerOptions {
  readonly action: Action;
  readonly host: string | undefined;
  readonly reason: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

const missing = (message: string, hint: string) =>
  new BenchbusError({ code: 'ARGUMENT_MISSING', message, where: 'benchbus hosts', hint });

async function confirm(hostname: string, runs: number): Promise<void> {
  if (!process.stdin.isTTY) throw missing('this gives up what runs have on the host', '--yes says that this is meant');
  const question = `Is ${hostname} gone for good? ${plural(runs, 'run')} there will fail. (yes/no)`;
  const answer = await onTerminal(process.stdin, process.stderr, (ask) =>
    ask(question, 'no', (typed) => (/^(yes|no)$/.test(typed) ? undefined : 'yes or no')),
  );
  if (answer !== 'yes') throw new BenchbusError({ code: 'INTERRUPTED', message: 'left; nothing was said' });
}

/** Else it counts as a consumer that is behind, until the server forgets it by itself: where there are accounts nobody may delete one. */
async function forgetConsumer(bus: EventBus, hostId: string): Promise<void> {
  try {
    await bus.deleteConsumer({ stream: 'EVENTS', name: provisionerDurable(hostId) });
  } catch (error) {
    if (!(error instanceof BenchbusError) || error.code !== 'NATS_NOT_PERMITTED') throw error;
  }
}

async function gone(bus: EventBus, { host, reason, yes, json }: HostsArgs, context: Context): Promise<void> {
  if (host === undefined) throw missing('gone needs a host', '`benchbus hosts list` shows them');
  if (reason === undefined)
    throw missing('gone needs --reason', 'in the log it stays for whoever asks why runs failed');
  const { hostId, hostname, runs } = findHost(await readBoard(bus), host);
  if (!yes) await confirm(hostname, runs.length);
  const { runIds, already, left = false } = await bus.questions.ask(hostGone, { hostId, reason });
  await forgetConsumer(bus, hostId);
  if (json) context.out(JSON.stringify({ ok: true, hostId, hostname, runIds, already, left }));
  else if (already) context.out(`${hostname} (${hostId}) ${left ? 'has left by itself' : 'was gone already'}`);
  else {
    for (const runId of runIds) context.out(`${runId} has lost its host: it fails, and what it holds is released`);
    context.out(
      `${hostname} (${hostId}) is gone; should it come back, it announces itself anew and removes what is left there`,
    );
  }
}

/** Lists the hosts there are; takes an operator's word that one is gone for good. */
export const hosts: Run<HostsArgs> = async (args, context) => {
  const { action, json, nats } = args;
  await withBus(findConnection(nats, context.env), async (bus) => {
    if (action === 'gone') return gone(bus, args, context);
    const all = hostsOf(await readBoard(bus));
    context.out(json ? JSON.stringify({ ok: true, hosts: all }) : hostsText(all, context.paint));
  });
  return EXIT.success;
};

interface Options extends ServerFlags {
  readonly reason?: string;
  readonly yes?: boolean;
}

export const register: Register = (program, act) => {
  const command = program
    .command('hosts')
    .description('list the hosts, and who of them lives; say of one that is away that it is gone for good')
    .helpGroup(GROUP.stack)
    .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
    .argument('[host]', 'gone: its id, or its name')
    .option('--reason <text>', 'gone: why, for the log')
    .option('--yes', 'gone: do not ask')
    .action((action: Action, host: string | undefined, { reason, yes, json, nats }: Options) =>
      act(hosts, { action, host, reason, yes: flag(yes), json: flag(json), nats }),
    );
  withJson(
    command,
    'of list {ok: true, hosts: [{hostId, hostname, state: living | away | left, targets, cores: {used, total}, memoryBytes: {used, total}, runs: [{runId, cores, memoryBytes, sharing, until}]}]}; of gone {ok: true, hostId, hostname, runIds, already, left}',
  );
  withNats(command);
  withExamples(
    command,
    ['hosts list', 'who lives, who is away, and what runs there'],
    ["hosts gone db-host-3 --reason 'its disk burnt'", 'fail its runs, release what they hold, forget its consumer'],
  );
};
