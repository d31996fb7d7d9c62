import { BenchbusError } from '@benchbus/events';
import type { CommanderError } from 'commander';

/** Commander's codes of what a person typed wrong → ours. */
const CODES: Readonly<Record<string, string>> = {
  'commander.missingArgument': 'ARGUMENT_MISSING',
  'commander.optionMissingArgument': 'ARGUMENT_MISSING',
  'commander.missingMandatoryOptionValue': 'ARGUMENT_MISSING',
  'commander.unknownOption': 'ARGUMENT_UNKNOWN_OPTION',
  'commander.unknownCommand': 'ARGUMENT_UNKNOWN_COMMAND',
  'commander.excessArguments': 'ARGUMENT_TOO_MANY',
};

/** What was wrong with the arguments, as a problem like any other. @param command as typed: `benchbus run` */
export function usageError({ code, message }: CommanderError, command: string): BenchbusError {
  const [, what = message, guess] = /^(?:error: )?([^\n]*)\n?(?:\((Did you mean .*)\))?/.exec(message) ?? [];
  const help = `${command} --help shows its ${command === 'benchbus' ? 'commands' : 'arguments and examples'}`;
  return new BenchbusError({
    code: CODES[code] ?? 'ARGUMENT_INVALID',
    message: what,
    where: command,
    hint: guess === undefined ? help : `${guess} ${help}`,
  });
}

/** Whether the arguments ask for machine-readable output; they may be wrong otherwise. */
export const asksForJson = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? undefined : end).includes('--json');
};
