import type { Command } from 'commander';

/** What commander parses of the options below. */
export interface ServerFlags {
  readonly json?: boolean;
  readonly nats?: string;
}
export interface LogFlags extends ServerFlags {
  readonly archive?: boolean;
}
export interface WaitFlags extends ServerFlags {
  readonly wait?: boolean;
}

/** Headings of the list of commands. */
export const GROUP = {
  stack: 'The stack:',
  files: 'Suite files:',
  acting: 'Run and end suites:',
  reading: 'See what happens:',
} as const;

export interface Example {
  /** As typed after `benchbus `. */
  readonly line: string;
  readonly does: string;
}

/** What help and the reference say about a command beside what commander knows. */
export interface CommandFacts {
  readonly examples: readonly Example[];
  /** What `--json` prints; undefined: the command has no such option. */
  readonly json: string | undefined;
}

const known = new WeakMap<Command, CommandFacts>();
export const factsOf = (command: Command): CommandFacts => known.get(command) ?? { examples: [], json: undefined };
const note = (command: Command, facts: Partial<CommandFacts>): void =>
  void known.set(command, { ...factsOf(command), ...facts });

/** `--json`; `shape` tells the reference what it prints: one object, or one a line. */
export function withJson(command: Command, shape: string): Command {
  note(command, { json: shape });
  return command.option('--json', 'machine-readable output, errors included');
}

/** `--nats`: of every command that talks to servers. */
export const withNats = (command: Command): Command =>
  command.option('--nats <url>', 'NATS server (default: NATS_URL, else the stack that runs here)');

/** `--nats`, and `--archive`: of commands that read the log alone. */
export const withLog = (command: Command): Command =>
  withNats(command).option('--archive', 'read the archive of the log instead, stream EVENTS_ARCHIVE');

/** Examples below the command's help: the line as typed after `benchbus `, and what it does. */
export function withExamples(
  command: Command,
  ...examples: readonly (readonly [line: string, does: string])[]
): Command {
  const all = examples.map(([line, does]) => ({ line, does }));
  note(command, { examples: all });
  const width = Math.max(...all.map(({ line }) => line.length));
  const lines = all.map(({ line, does }) => `  $ benchbus ${line.padEnd(width)}  ${does}`);
  return command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}

/** Commander leaves a flag that was not given undefined. */
export const flag = (value: unknown): boolean => value === true;
