import { Argument } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import type { CommandWords } from '../completion/words.ts';
import { wordsOf } from '../completion/words.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { EXIT } from '../exit-codes.ts';
import type { Register, Run } from './command.ts';
import { GROUP, withExamples } from './options.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
type Shell = keyof typeof SHELLS;

interface CompletionArgs {
  readonly shell: Shell;
  readonly words: readonly CommandWords[];
}

/** Prints a script that completes commands, options and files in a shell. */
export const completion: Run<CompletionArgs> = ({ shell, words }, context) => {
  context.out(SHELLS[shell](words).trimEnd());
  return Promise.resolve(EXIT.success);
};

export const register: Register = (program, act) => {
  const command = program
    .command('completion')
    .description('print a script that completes commands, options and files in your shell')
    .helpGroup(GROUP.stack)
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .action((shell: Shell) => act(completion, { shell, words: wordsOf(program) }));
  withExamples(
    command,
    ['completion bash >>~/.bashrc', 'for good; needs benchbus on the PATH (node_modules/.bin)'],
    ['completion zsh >~/.zfunc/_benchbus', 'where ~/.zfunc is in $fpath'],
    ['completion fish >~/.config/fish/completions/benchbus.fish', 'for good'],
  );
};
