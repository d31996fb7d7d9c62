import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSuite } from '@benchbus/suites';
import { argumentMissing } from '../argument-missing.ts';
import { EXIT } from '../exit-codes.ts';
import { askForSuite, onTerminal } from '../init/ask.ts';
import { DEFAULTS, firstSuiteYaml } from '../init/first-suite.ts';
import { foretell } from '../suite-file/before-publishing.ts';
import { InvalidSuite } from '../suite-file/read-suite-file.ts';
import { fileExists, writeNewFile } from '../suite-file/write-new-file.ts';
import type { Register, Run } from './command.ts';
import { flag, GROUP, withExamples } from './options.ts';

interface InitArgs {
  readonly file: string;
  readonly yes: boolean;
}

const SCHEMA = join(import.meta.dirname, '../../../../docs/schemas/suite.schema.json');
const ELSEWHERE = 'give another path: benchbus init FILE';

/** Writes a first suite: asks for its values on a terminal, or takes the defaults. Nothing is written before the last answer. */
export const init: Run<InitArgs> = async ({ file, yes }, context) => {
  if (existsSync(file)) throw fileExists(file, ELSEWHERE);
  if (!yes && !process.stdin.isTTY)
    throw argumentMissing(
      '--yes',
      'the questions need a terminal, and standard input is none',
      'benchbus init --yes takes the defaults',
    );
  const suite = yes ? DEFAULTS : await onTerminal(process.stdin, process.stderr, askForSuite);
  const yaml = firstSuiteYaml(suite, existsSync(SCHEMA) ? relative(dirname(file), SCHEMA) : undefined);
  const parsed = parseSuite(yaml, { file });
  if (!parsed.ok) throw new InvalidSuite(file, parsed.problems);
  await writeNewFile(file, yaml, ELSEWHERE);
  context.out(file);
  foretell({ file, suite: parsed.suite, notes: [] }, context);
  context.err(`  look at it: npx benchbus plan ${file}`);
  context.err(`  run it:     npx benchbus run ${file} --wait    (while a stack runs here: npx benchbus up)`);
  return EXIT.success;
};

export const register: Register = (program, act) => {
  const command = program
    .command('init')
    .argument('[file]', 'where to write it', 'suite.yaml')
    .description('write a first suite by asking a few questions')
    .helpGroup(GROUP.files)
    .option('--yes', 'ask nothing: take the defaults')
    .action((file: string, { yes }: { yes?: boolean }) => act(init, { file, yes: flag(yes) }));
  withExamples(
    command,
    ['init', 'ask, and write suite.yaml; what is there is never overwritten, Ctrl-C writes nothing'],
    ['init nightly.yaml --yes', 'the defaults, to be edited'],
  );
};
