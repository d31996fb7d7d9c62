import { BenchbusError } from '@benchbus/events';
import type { Note, Problem } from '@benchbus/suites';
import { expandRuns } from '@benchbus/suites';
import { examplePlans } from '../domain/example-plan.ts';
import { EXIT } from '../exit-codes.ts';
import { plural } from '../domain/plural.ts';
import { noteLines } from '../render/note-text.ts';
import { problemLines } from '../render/problem-text.ts';
import { plain } from '../render/style.ts';
import type { Paint } from '../render/style.ts';
import { warningLines } from '../render/warning-text.ts';
import { InvalidSuite, readSuiteFile } from '../suite-file/read-suite-file.ts';
import type { Register, Run } from './command.ts';
import { flag, GROUP, withExamples, withJson } from './options.ts';

interface Verdict {
  readonly file: string;
  readonly ok: boolean;
  readonly name?: string;
  readonly runs?: number;
  /** A database template alone: it can be planned, not run. */
  readonly template?: true;
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
  /** Of a suite that is to be run: what cannot be executed here. */
  readonly warnings: readonly string[];
}

async function judge(file: string, paint: Paint): Promise<Verdict> {
  try {
    const { suite, template, notes } = await readSuiteFile(file);
    const common = { file, ok: true, name: suite.name, problems: [], notes };
    if (template !== undefined) return { ...common, template: true, warnings: [] };
    const warnings = warningLines(examplePlans(suite).plans, suite.settings.target, paint);
    return { ...common, runs: expandRuns('x', suite).length, warnings };
  } catch (error) {
    if (error instanceof InvalidSuite) return { file, ok: false, problems: error.problems, notes: [], warnings: [] };
    if (error instanceof BenchbusError) return { file, ok: false, problems: [error.problem], notes: [], warnings: [] };
    throw error;
  }
}

/** Checks suite files; needs no server. All files are checked, whatever the first says. */
export const validate: Run<{ files: readonly string[]; json: boolean }> = async ({ files, json }, context) => {
  const verdicts: Verdict[] = [];
  for (const file of files) verdicts.push(await judge(file, json ? plain : context.paintErr));
  const ok = verdicts.every((verdict) => verdict.ok);
  if (json) {
    context.out(JSON.stringify({ ok, files: verdicts }));
  } else {
    for (const { file, name, runs, template, problems, notes, warnings } of verdicts) {
      const what = template === true ? 'a database template, to be planned' : plural(runs ?? 0, 'run');
      if (problems.length === 0) context.out(`${file}: ${context.paint('green', 'ok')} (${name}, ${what})`);
      for (const line of noteLines(file, notes, context.paintErr)) context.err(line);
      for (const line of warnings) context.err(line);
      for (const problem of problems) context.err(problemLines(problem, context.paintErr).join('\n'));
    }
  }
  return ok ? EXIT.success : EXIT.invalid;
};

export const register: Register = (program, act) => {
  const command = program
    .command('validate <files...>')
    .description('check suite files')
    .helpGroup(GROUP.files)
    .action((files: string[], { json }: { json?: boolean }) => act(validate, { files, json: flag(json) }));
  withJson(
    command,
    '{ok, files: [{file, ok, name?, runs?, template?, problems: [{code, message, where?, hint?}], notes: [{path, native, text}], warnings: [text]}]}',
  );
  withExamples(
    command,
    ['validate suite.yaml', 'every problem, with line and column'],
    ['validate suites/*.yaml --json', 'for CI'],
  );
};
