import type { Command, Option } from 'commander';

/** What may follow: a file, one of some words, anything, or nothing. */
export type Takes =
  { readonly kind: 'file' | 'value' | 'nothing' } | { readonly kind: 'choice'; readonly of: readonly string[] };

export interface OptionWords {
  /** `--wait`. */
  readonly long: string;
  readonly does: string;
  readonly takes: Takes;
}

export interface CommandWords {
  readonly name: string;
  readonly does: string;
  readonly options: readonly OptionWords[];
  readonly argument: Takes;
}

const named = (name: string): Takes => ({ kind: /^files?$/.test(name) ? 'file' : 'value' });

function takenBy(option: Option): Takes {
  if (option.argChoices) return { kind: 'choice', of: option.argChoices };
  const value = /[<[](.+)[>\]]/.exec(option.flags)?.[1];
  return value === undefined ? { kind: 'nothing' } : named(value);
}

function takenAsArgument({ registeredArguments: [first] }: Command): Takes {
  if (first === undefined) return { kind: 'nothing' };
  return first.argChoices ? { kind: 'choice', of: first.argChoices } : named(first.name());
}

/** What a shell needs to know of each command, the list of them for `help` included. */
export function wordsOf(program: Command): CommandWords[] {
  const commands = program.commands.map((command): CommandWords => {
    const options = command.options.map((option) => ({
      long: option.long ?? option.flags,
      does: option.description,
      takes: takenBy(option),
    }));
    const help = { long: '--help', does: 'display help for command', takes: { kind: 'nothing' } as const };
    const argument = takenAsArgument(command);
    return { name: command.name(), does: command.description(), options: [...options, help], argument };
  });
  const names = commands.map(({ name }) => name);
  return [
    ...commands,
    { name: 'help', does: 'display help for command', options: [], argument: { kind: 'choice', of: names } },
  ];
}
