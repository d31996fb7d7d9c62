import { examplePlans } from '../domain/example-plan.ts';
import { EXIT } from '../exit-codes.ts';
import { planText } from '../render/plan-text.ts';
import { InvalidSuite, readSuiteFile } from '../suite-file/read-suite-file.ts';
import type { Register, Run } from './command.ts';
import { flag, GROUP, withExamples, withJson } from './options.ts';

/** Shows what a suite's runs will consist of; needs no server. */
export const plan: Run<{ file: string; json: boolean }> = async ({ file, json }, context) => {
  const { suite } = await readSuiteFile(file);
  const { plans, problems } = examplePlans(suite);
  if (problems.length > 0) throw new InvalidSuite(file, problems);
  context.out(json ? JSON.stringify({ ok: true, suite, plans }) : planText(suite, plans, context.paint));
  return EXIT.success;
};

export const register: Register = (program, act) => {
  const command = program
    .command('plan <file>')
    .description("show the nodes, addresses and processes of a suite's runs")
    .helpGroup(GROUP.files)
    .action((file: string, { json }: { json?: boolean }) => act(plan, { file, json: flag(json) }));
  withJson(command, '{ok: true, suite, plans: [{test, runs, plan}]}');
  withExamples(command, ['plan examples/quickstart.yaml', 'a tree of nodes and processes; needs no server']);
};
