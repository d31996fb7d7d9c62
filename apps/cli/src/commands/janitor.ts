import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { JanitorReport } from '../client/ask-janitors.ts';
import { askJanitors } from '../client/ask-janitors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { janitorText } from '../render/janitor-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';
import type { ServerFlags } from './options.ts';

export interface JanitorArgs extends ServerOptions {
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** A database that stops badly takes its grace (BENCHBUS_NODE_STOP_GRACE_MS, 5 s) several times over, for each node. */
const REMOVING_MS = 5 * 60_000;
const LOOKING_MS = 30_000;

/** 1: something could not be removed; 3: a host did not answer, so that nobody knows; else 0. */
export function exitCodeOfJanitor({ hosts }: JanitorReport): ExitCode {
  if (hosts.some(({ leftovers }) => leftovers?.some(({ outcome }) => outcome === 'left'))) return EXIT.failed;
  return hosts.some(({ leftovers }) => leftovers === undefined) ? EXIT.unreachable : EXIT.success;
}

/** Lets every host look for what no open lease covers, and remove it. */
export const janitor: Run<JanitorArgs> = async ({ dryRun, json, nats }, context) => {
  const options = { dryRun, timeoutMs: dryRun ? LOOKING_MS : REMOVING_MS };
  const report = await withBus(findConnection(nats, context.env), (bus) => askJanitors(bus, options));
  const exitCode = exitCodeOfJanitor(report);
  if (!json) {
    context.out(janitorText(report, context.paint));
    return exitCode;
  }
  const hosts = report.hosts.map(({ host: { hostId, hostname }, leftovers, problem }) =>
    leftovers === undefined
      ? { hostId, hostname, answered: false, problem }
      : { hostId, hostname, answered: true, leftovers },
  );
  context.out(JSON.stringify({ ok: exitCode === EXIT.success, dryRun, hosts, ...report.log }));
  return exitCode;
};

interface Options extends ServerFlags {
  readonly dryRun?: boolean;
}

export const register: Register = (program, act) => {
  const command = program
    .command('janitor')
    .description(
      'look for processes, folders, shared memory, locks, containers, networks, volumes and cgroups that no open run covers, and remove them',
    )
    .helpGroup(GROUP.stack)
    .option('--dry-run', 'say what would be removed and why, and remove nothing')
    .action(({ dryRun, json, nats }: Options) => act(janitor, { dryRun: flag(dryRun), json: flag(json), nats }));
  withJson(
    command,
    '{ok, dryRun, hosts: [{hostId, hostname, answered, leftovers?: [{kind, runId?, node?, what, why, outcome, problem?}], problem?}], overdue: [{runId, since, left}], reservations: [{kind, runId, what, why}]}',
  );
  withNats(command);
  withExamples(
    command,
    ['janitor --dry-run', 'what is left, whose it is, and why it may go'],
    ['janitor', 'remove it now; 1 when something stays, 3 when a host does not answer'],
  );
};
