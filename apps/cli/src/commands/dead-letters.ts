import { hostname, userInfo } from 'node:os';
import { BenchbusError, type DeadLetterDetails, type DeadLetterSummary, type EventBus } from '@benchbus/events';
import { Argument } from 'commander';
import { argumentMissing } from '../argument-missing.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { Context } from '../context.ts';
import { plural } from '../domain/plural.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { onTerminal } from '../init/ask.ts';
import { letterList, letterText } from '../render/letter-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats, type ServerFlags } from './options.ts';

const ACTIONS = ['list', 'show', 'redrive', 'drop'] as const;
type Action = (typeof ACTIONS)[number];

interface Filters {
  readonly all: boolean;
  readonly service?: string | undefined;
  readonly suite?: string | undefined;
}

export interface DeadLettersArgs extends ServerOptions, Filters {
  readonly action: Action;
  readonly ids: readonly string[];
  readonly yes: boolean;
  readonly json: boolean;
}

const missing = (message: string, hint: string) => argumentMissing('benchbus dead-letters', message, hint);

async function list(bus: EventBus, { all, service, suite }: Filters): Promise<DeadLetterSummary[]> {
  const letters = await bus.deadLetters.list({ all });
  return letters.filter(
    (letter) =>
      (service === undefined || letter.service === service) && (suite === undefined || letter.suiteId === suite),
  );
}

/** The body as text, or base64 where it is none. */
function forMachines({ body, ...letter }: DeadLetterDetails): object {
  if (body === undefined) return letter;
  try {
    return { ...letter, body: new TextDecoder('utf-8', { fatal: true }).decode(body) };
  } catch {
    return { ...letter, bodyBase64: Buffer.from(body).toString('base64') };
  }
}

async function confirmDrop(ids: readonly string[]): Promise<void> {
  if (!process.stdin.isTTY) throw missing('dropping erases the messages for good', '--yes says that this is meant');
  const question = `Erase ${plural(ids.length, 'dead letter')} for good? (yes/no)`;
  const answer = await onTerminal(process.stdin, process.stderr, (ask) =>
    ask(question, 'no', (typed) => (/^(yes|no)$/.test(typed) ? undefined : 'yes or no')),
  );
  if (answer !== 'yes') throw new BenchbusError({ code: 'INTERRUPTED', message: 'left; nothing was dropped' });
}

/** Each by itself: one that cannot be is reported, and the others go on. */
async function settle(
  bus: EventBus,
  { action, ids, json }: DeadLettersArgs & { readonly action: 'redrive' | 'drop' },
  context: Context,
): Promise<ExitCode> {
  const by = `${userInfo().username}@${hostname()}`;
  const letters: DeadLetterSummary[] = [];
  const failed: BenchbusError[] = [];
  for (const id of ids) {
    try {
      const letter = await bus.deadLetters[action](id, by);
      letters.push(letter);
      const what = action === 'redrive' ? `is handed to ${letter.consumer} again` : 'is dropped';
      if (!json) context.out(`${letter.id} (${letter.subject} #${letter.sequence}) ${what}`);
    } catch (error) {
      if (!(error instanceof BenchbusError) || !error.code.startsWith('LETTER_')) throw error;
      failed.push(error);
      if (!json)
        context.err(`${error.message} [${error.code}]${error.hint === undefined ? '' : `\n  → ${error.hint}`}`);
    }
  }
  const [first] = failed;
  if (json) {
    const problems = { code: first?.code, problems: failed.map(({ problem }) => problem) };
    context.out(JSON.stringify({ ok: first === undefined, letters, ...(first === undefined ? {} : problems) }));
  }
  return first === undefined ? EXIT.success : EXIT.invalid;
}

/** Looks at what nobody could handle, hands it out again, or drops it. */
export const deadLetters: Run<DeadLettersArgs> = async (args, context) => {
  const { action, ids, json, nats, yes } = args;
  if (action !== 'list' && ids.length === 0)
    throw missing(`${action} needs an id`, '`benchbus dead-letters list` shows them');
  if (action === 'drop' && !yes) await confirmDrop(ids);
  return withBus(findConnection(nats, context.env), async (bus) => {
    if (action === 'redrive' || action === 'drop') return settle(bus, { ...args, action }, context);
    if (action === 'list') {
      const letters = await list(bus, args);
      context.out(json ? JSON.stringify({ ok: true, letters }) : letterList(letters, context.paint));
      return EXIT.success;
    }
    const letters = await Promise.all(ids.map((id) => bus.deadLetters.read(id)));
    if (json) context.out(JSON.stringify({ ok: true, letters: letters.map(forMachines) }));
    else context.out(letters.map((letter) => letterText(letter, context.paint)).join('\n\n'));
    return EXIT.success;
  });
};

interface Options extends ServerFlags {
  readonly all?: boolean;
  readonly service?: string;
  readonly suite?: string;
  readonly yes?: boolean;
}

export const register: Register = (program, act) => {
  const command = program
    .command('dead-letters')
    .description('list, show, redrive or drop the messages that nobody could handle')
    .helpGroup(GROUP.reading)
    .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
    .argument('[id...]', 'of letters, as list shows them; their first characters suffice')
    .option('--all', 'list: also those that are over (handled, dropped)')
    .option('--service <name>', 'list: only those of this service')
    .option('--suite <id>', 'list: only those about this suite')
    .option('--yes', 'drop: do not ask')
    .action((action: Action, ids: string[], { all, service, suite, yes, json, nats }: Options) =>
      act(deadLetters, { action, ids, all: flag(all), service, suite, yes: flag(yes), json: flag(json), nats }),
    );
  withJson(
    command,
    '{ok: true, letters: [{id, state: parked | redriven | handled | dropped, time, service, consumer, stream, subject, sequence, suiteId?, code, message, attempts, redrives, redrivable}]}; of show also headers, body? or bodyBase64?, stack, history: [{time, state, by?, code?, message?, attempts?}]',
  );
  withNats(command);
  withExamples(
    command,
    ['dead-letters list', 'what nobody could handle, and why'],
    ['dead-letters show 3fa2b1c4', 'the message, where it failed, what became of it'],
    ['dead-letters redrive 3fa2b1c4', 'once more to the consumer that parked it, and to no other'],
    ['dead-letters drop 3fa2b1c4 --yes', 'erase it; that it was dropped, and by whom, stays'],
  );
};
